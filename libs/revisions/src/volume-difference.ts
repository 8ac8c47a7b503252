import { bytesPerVoxel, StratomeError } from '@stratome/core';
import { artifactsAt, changedArtifacts } from '@stratome/operations';
import { chunkKind, volumeMeta, type ObjectStore, type VolumeMeta } from '@stratome/storage';
import type { DataSource } from 'typeorm';

/** How a volume differs between two revisions, at its finest level. */
export interface VolumeDifference {
  readonly volume: string;
  readonly chunks: number;
  readonly voxels: number;
}

async function metasAt(
  db: DataSource,
  store: ObjectStore,
  dataset: string,
  revision: number,
): Promise<VolumeMeta[]> {
  const rows = await artifactsAt(db, dataset, revision, 'volume');
  return Promise.all(
    rows.map(async ({ hash }) => volumeMeta(JSON.parse(Buffer.from(await store.get(hash)).toString('utf8')))),
  );
}

/** The content of a chunk; undefined where it is nothing but fill value, which has no object. */
const contentOf = async (store: ObjectStore, hash: string | null): Promise<Uint8Array | undefined> =>
  hash !== null && (await store.has(hash)) ? store.get(hash) : undefined;

/**
 * Voxels that differ in any channel.
 *
 * @param a bytes of a chunk, channels slowest; undefined for nothing but zeros
 * @param bytes bytes of one value
 */
export function countDifferingVoxels(
  a: Uint8Array | undefined,
  b: Uint8Array | undefined,
  bytes: number,
  channels: number,
): number {
  const length = (a ?? b)?.byteLength ?? 0;
  if (a && b && a.byteLength !== b.byteLength)
    throw new StratomeError(
      'corrupt',
      `Two chunks of one place have ${a.byteLength} and ${b.byteLength} bytes.`,
    );
  const voxels = length / bytes / channels;
  let count = 0;
  for (let voxel = 0; voxel < voxels; voxel++) {
    let differs = false;
    for (let channel = 0; channel < channels && !differs; channel++) {
      const at = (channel * voxels + voxel) * bytes;
      for (let k = at; k < at + bytes && !differs; k++) differs = (a ? a[k] : 0) !== (b ? b[k] : 0);
    }
    if (differs) count++;
  }
  return count;
}

/**
 * How many voxels of each volume differ between two revisions. Only chunks whose content has another hash are read.
 *
 * @param onChunk called for every chunk compared
 */
export async function volumeDifferences(
  db: DataSource,
  store: ObjectStore,
  dataset: string,
  earlier: number,
  later: number,
  onChunk: () => void = () => {},
): Promise<VolumeDifference[]> {
  const metas = new Map<string, VolumeMeta>();
  for (const revision of [earlier, later])
    for (const meta of await metasAt(db, store, dataset, revision)) metas.set(meta.name, meta);
  const differences: VolumeDifference[] = [];
  for (const [volume, meta] of [...metas].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const changed = await changedArtifacts(db, dataset, chunkKind(meta, 0), earlier, later);
    let voxels = 0;
    for (const { before, after } of changed) {
      const [a, b] = await Promise.all([contentOf(store, before), contentOf(store, after)]);
      voxels += countDifferingVoxels(a, b, bytesPerVoxel(meta.dtype), meta.channels);
      onChunk();
    }
    if (changed.length > 0) differences.push({ volume, chunks: changed.length, voxels });
  }
  return differences;
}
