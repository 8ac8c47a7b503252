import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StratomeError, type Vec3 } from '@stratome/core';

const compress = promisify(gzip);

/** Writes a file whole or not at all. @throws StratomeError unavailable when the disk refuses. */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StratomeError(
      'unavailable',
      `Cannot write ${path} (${reason}).`,
      'Free space or choose another directory.',
      {
        cause,
      },
    );
  }
}

/**
 * Waits for all of the work, failed or not, and then throws the first failure: nothing is still being written
 * when the caller hears of it.
 */
export async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

export const writeJson = (path: string, value: unknown) =>
  writeAtomic(path, `${JSON.stringify(value, null, 1)}\n`);

/** Writes `<directory>/<name>.raw.gz` (z y x, C order, little-endian) and `<name>.json`, which describes it. */
export async function writeVolume(
  directory: string,
  name: string,
  data: Uint8Array | Uint32Array,
  shape: Vec3,
  voxelNm: Vec3,
): Promise<void> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  await writeAtomic(join(directory, `${name}.raw.gz`), await compress(bytes, { level: 4 }));
  await writeJson(join(directory, `${name}.json`), {
    shape,
    axes: 'zyx',
    dtype: data instanceof Uint8Array ? '|u1' : '<u4',
    order: 'C',
    compression: 'gzip',
    voxelNm,
    background: 0,
  });
}
