import { access, rename, rm } from 'node:fs/promises';
import { boxOfShape, conflict, type ArrayOf, type Vec3, type Volume } from '@stratome/core';
import { downsampleMode } from '@stratome/ingest';
import { createZarrWriter, openVolume, type VolumeMeta, type ZarrWriter } from '@stratome/storage';

type Ids = ArrayOf<'uint64'>;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Checks, before anything is computed, that a volume may be written to `out`. With `force` another volume there
 * may be replaced, and nothing else.
 *
 * @throws conflict when it may not
 */
export async function requireWritable(out: string, force: boolean): Promise<void> {
  if (!(await exists(out))) return;
  if (!force) throw conflict(`${out} exists already.`, 'Choose another name, or add --force to replace it.');
  const isVolume = await openVolume(out).then(
    () => true,
    () => false,
  );
  if (!isVolume)
    throw conflict(`${out} is not a volume, and --force replaces only volumes.`, 'Choose another name.');
}

/**
 * Writes a segmentation with its pyramid as OME-Zarr. `out` appears, or is replaced, only when all is written.
 *
 * @param ids mip 0 of `meta`, C order z, y, x; not mutated
 * @param force replace a volume that is there
 * @param onMip called after each mip with its voxels
 * @throws StratomeError conflict when `out` may not be written, unavailable when the disk refuses
 */
export async function writeSegmentation(
  out: string,
  meta: VolumeMeta,
  ids: Ids,
  force: boolean,
  onMip: (voxels: number) => void = () => {},
): Promise<void> {
  await requireWritable(out, force);
  const replaces = await exists(out);
  const target = replaces ? `${out}.new-${process.pid}` : out;
  const writer = await createZarrWriter(target, meta);
  try {
    await writeMips(writer, meta, ids, onMip);
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  if (!replaces) return;
  const old = `${out}.old-${process.pid}`;
  await rename(out, old);
  await rename(target, out);
  await rm(old, { recursive: true });
}

async function writeMips(
  writer: ZarrWriter,
  meta: VolumeMeta,
  ids: Ids,
  onMip: (voxels: number) => void,
): Promise<void> {
  let level: Volume<Ids> = { data: ids, shape: meta.mips[0].shape };
  for (const [mip, { factor }] of meta.mips.entries()) {
    if (mip > 0) {
      const above = meta.mips[mip - 1].factor;
      level = downsampleMode(level, factor.map((f, k) => f / above[k]) as unknown as Vec3);
    }
    await writer.write(mip, boxOfShape(level.shape), level.data);
    onMip(level.data.length);
  }
}
