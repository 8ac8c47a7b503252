import type { SynapseRecord } from '@stratome/postprocessing';

type Id = 'id' | 'siteId' | 'preSegment' | 'postSegment' | 'preSupervoxel' | 'postSupervoxel';

/** A synapse as stored: ids as decimal strings, points in working voxels. */
export type StoredSynapse = Omit<SynapseRecord, Id | 'pieces'> &
  Readonly<Record<Exclude<Id, `${string}voxel`>, string>> &
  Readonly<Partial<Record<Extract<Id, `${string}voxel`>, string>>> & { readonly pieces?: readonly string[] };

const bigintAsText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

export const encodeSynapses = (records: readonly SynapseRecord[]): Uint8Array =>
  Buffer.from(JSON.stringify(records, bigintAsText));

const idOrNone = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : BigInt(text);

/** The record that was stored. */
export const recordOf = (stored: StoredSynapse): SynapseRecord => ({
  ...stored,
  id: BigInt(stored.id),
  siteId: BigInt(stored.siteId),
  preSegment: BigInt(stored.preSegment),
  postSegment: BigInt(stored.postSegment),
  preSupervoxel: idOrNone(stored.preSupervoxel),
  postSupervoxel: idOrNone(stored.postSupervoxel),
  pieces: stored.pieces?.map(BigInt),
});
