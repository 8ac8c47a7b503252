import type { Vec3 } from '@stratome/core';
import type { SynapseParameters } from '../parameters.js';
import type { SynapseRecord } from './record.js';

/**
 * Merges records that are pieces of one synapse: nearer than `mergeDistanceNm` (between cleft points) and with the
 * same partners, where an unassigned partner agrees with any. Thick sections and thin clefts leave such pieces.
 * The record with the largest area stays, with the voxels and area of all; kind and probability are weighted by
 * voxels, confidence and certainty are the largest, and `pieces` names the others. What stays below
 * `minConfidence` is dropped.
 *
 * Works on all records of a data set (or on a region and its surroundings), since pieces may lie in different
 * blocks. Larger records come first and take the nearest that fit, so the order of the input does not matter.
 *
 * @returns records by id. The input is not mutated.
 */
export function mergeSynapses(
  records: readonly SynapseRecord[],
  voxelNm: Vec3,
  {
    mergeDistanceNm,
    minConfidence,
    excitatoryThreshold,
  }: Pick<SynapseParameters, 'mergeDistanceNm' | 'minConfidence' | 'excitatoryThreshold'>,
): SynapseRecord[] {
  const byId = (a: SynapseRecord, b: SynapseRecord) => (a.id < b.id ? -1 : 1);
  const isSure = ({ confidence }: SynapseRecord) => confidence >= minConfidence;
  if (mergeDistanceNm === 0) return records.filter(isSure).sort(byId);
  const kept: { record: SynapseRecord; pieces: SynapseRecord[] }[] = [];
  const cells = new Map<string, number[]>();
  const cellOf = ({ cleftPoint }: SynapseRecord) =>
    cleftPoint.map((v, k) => Math.floor((v * voxelNm[k]) / mergeDistanceNm));
  for (const record of [...records].sort((a, b) => b.areaNm2 - a.areaNm2 || byId(a, b))) {
    const cell = cellOf(record);
    let nearest = -1;
    let leastNm = mergeDistanceNm;
    for (const n of neighbours(cells, cell)) {
      const nm = distanceNm(kept[n].record, record, voxelNm);
      if (nm > leastNm || (nm === leastNm && nearest >= 0) || !agree(kept[n].record, record)) continue;
      nearest = n;
      leastNm = nm;
    }
    if (nearest >= 0) {
      kept[nearest].pieces.push(record);
      continue;
    }
    const key = cell.join();
    cells.set(key, [...(cells.get(key) ?? []), kept.length]);
    kept.push({ record, pieces: [] });
  }
  return kept
    .map(({ record, pieces }) => combine(record, pieces, excitatoryThreshold))
    .filter(isSure)
    .sort(byId);
}

/** What lies in a cell and the 26 around it, in the order in which it was kept. */
function neighbours(cells: ReadonlyMap<string, number[]>, [z, y, x]: number[]): number[] {
  const found: number[] = [];
  for (let k = 0; k < 27; k++) {
    const key = [z - 1 + Math.floor(k / 9), y - 1 + (Math.floor(k / 3) % 3), x - 1 + (k % 3)].join();
    found.push(...(cells.get(key) ?? []));
  }
  return found.sort((a, b) => a - b);
}

const distanceNm = (a: SynapseRecord, b: SynapseRecord, voxelNm: Vec3): number =>
  Math.hypot(...a.cleftPoint.map((v, k) => (v - b.cleftPoint[k]) * voxelNm[k]));

/** Records of one site are its several partners, never pieces of each other. */
function agree(a: SynapseRecord, b: SynapseRecord): boolean {
  const same = (p: bigint, q: bigint) => p === q || p === 0n || q === 0n;
  return a.siteId !== b.siteId && same(a.preSegment, b.preSegment) && same(a.postSegment, b.postSegment);
}

function combine(
  record: SynapseRecord,
  pieces: readonly SynapseRecord[],
  excitatoryThreshold: number,
): SynapseRecord {
  if (pieces.length === 0) return record;
  const all = [record, ...pieces];
  const cleftVoxels = all.reduce((sum, r) => sum + r.cleftVoxels, 0);
  const excitatoryProbability =
    all.reduce((sum, r) => sum + r.excitatoryProbability * r.cleftVoxels, 0) / cleftVoxels;
  const pre = all.find((r) => r.preSegment !== 0n) ?? record;
  const post = all.find((r) => r.postSegment !== 0n) ?? record;
  const lacks = { pre: pre.preSegment === 0n, post: post.postSegment === 0n };
  return {
    ...record,
    prePoint: pre.prePoint,
    preSegment: pre.preSegment,
    preSupervoxel: pre.preSupervoxel,
    postPoint: post.postPoint,
    postSegment: post.postSegment,
    postSupervoxel: post.postSupervoxel,
    kind: excitatoryProbability >= excitatoryThreshold ? 'excitatory' : 'inhibitory',
    excitatoryProbability,
    confidence: Math.max(...all.map((r) => r.confidence)),
    directionCertainty: Math.max(...all.map((r) => r.directionCertainty)),
    cleftVoxels,
    areaNm2: all.reduce((sum, r) => sum + r.areaNm2, 0),
    unassigned: lacks.pre ? (lacks.post ? 'both' : 'pre') : lacks.post ? 'post' : 'none',
    pieces: pieces.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1)),
  };
}
