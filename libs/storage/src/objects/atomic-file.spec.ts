import { execFile } from 'node:child_process';
import * as nodeFiles from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic, type FileOperations } from './atomic-file.js';

const folders: string[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-atomic-'));
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

const failure = (code: string) => Object.assign(new Error(`${code}: injected`), { code });

/** A file system that fails at one step of a write; `write` fails after half the bytes, as a full disk does. */
function failing(step: 'mkdir' | 'open' | 'write' | 'sync' | 'rename', code = 'ENOSPC'): FileOperations {
  const fail = async () => {
    throw failure(code);
  };
  if (step === 'mkdir' || step === 'rename') return { ...nodeFiles, [step]: fail };
  const open: typeof nodeFiles.open = async (path, flags, mode) => {
    if (step === 'open') await fail();
    const handle = await nodeFiles.open(path, flags, mode);
    if (step === 'sync') handle.sync = fail;
    if (step === 'write') {
      handle.writeFile = async (data) => {
        const bytes = data as Uint8Array;
        await handle.write(bytes.subarray(0, bytes.byteLength >> 1));
        throw failure(code);
      };
    }
    return handle;
  };
  return { ...nodeFiles, open };
}

describe('writeFileAtomic', () => {
  it('writes the bytes, read-only, and leaves no other file', async () => {
    const path = join(folder, 'a/b/file');
    expect(await writeFileAtomic(path, Buffer.from('content'))).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('content');
    expect((await stat(path)).mode & 0o222).toBe(0);
    expect(await readdir(join(folder, 'a/b'))).toEqual(['file']);
  });

  it.each(['mkdir', 'open', 'write', 'sync', 'rename'] as const)(
    'keeps the old file whole and cleans up when %s fails on a full disk',
    async (step) => {
      const path = join(folder, 'file');
      await writeFile(path, 'old');
      const write = writeFileAtomic(path, Buffer.alloc(5000, 1), { files: failing(step) });
      await expect(write).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('the disk is full'),
        remedy: expect.stringContaining('Free space'),
      });
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(folder)).toEqual(['file']);
    },
  );

  it('names a disk that is read-only, and passes on what it does not know', async () => {
    const path = join(folder, 'file');
    const readOnly = writeFileAtomic(path, Buffer.from('x'), { files: failing('open', 'EROFS') });
    await expect(readOnly).rejects.toMatchObject({ kind: 'unavailable', message: /read-only/ });
    const odd = writeFileAtomic(path, Buffer.from('x'), { files: failing('open', 'EXOTIC') });
    await expect(odd).rejects.toMatchObject({ code: 'EXOTIC' });
  });

  it('is exclusive when asked, even against concurrent writers', async () => {
    const path = join(folder, 'file');
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const written = await Promise.all(
      texts.map((text) => writeFileAtomic(path, Buffer.from(text), { exclusive: true })),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe(texts[written.indexOf(true)]);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('refuses, and leaves nothing, when the kernel stops the write half-way', async () => {
    // A real short write: the child may not grow any file beyond 8 blocks (4 or 8 KiB), and writes 1 MiB.
    const module = new URL('../../dist/objects/atomic-file.js', import.meta.url).href;
    const script = `
      const { writeFileAtomic } = await import(${JSON.stringify(module)});
      await writeFileAtomic(process.argv[1], Buffer.alloc(1 << 20, 7)).then(
        () => console.log('written'),
        (error) => console.log(JSON.stringify({ kind: error.kind, message: error.message })),
      );`;
    const child = ['-c', `ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"`];
    const { stdout } = await promisify(execFile)('bash', [
      ...child,
      process.execPath,
      script,
      join(folder, 'file'),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'unavailable', message: /larger than allowed/ });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves no file of that name when the process is killed half-way', async () => {
    const module = new URL('../../dist/objects/atomic-file.js', import.meta.url).href;
    // All bytes are in the temporary file and the process dies before the rename.
    const script = `
      const { writeFileAtomic } = await import(${JSON.stringify(module)});
      const files = await import('node:fs/promises');
      const rename = async () => process.kill(process.pid, 'SIGKILL');
      await writeFileAtomic(process.argv[1], Buffer.alloc(1 << 20, 7), { files: { ...files, rename } });`;
    const run = promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script,
      join(folder, 'file'),
    ]);
    await expect(run).rejects.toMatchObject({ signal: 'SIGKILL' });
    const left = await readdir(folder);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/^\.tmp-/);
  });
});
