import { contactVoxel, proofreadingQueue, type QueueItem } from '@stratome/annotations';
import type { Graph } from '@stratome/connectome';
import { boxContains, boxOfShape, intersectBox, type Box, type Vec3 } from '@stratome/core';
import { mapConcurrently, neuroglancerLink, readBox, type ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { requireBoxInVolume } from '@stratome/annotations';
import { datasetRecord } from '../graphql/graph-reader.js';
import { toDataset } from '../graphql/rows.js';
import type { Catalogue } from '../volumes/catalogue.js';
import { StageResults, type WorkingGrid } from './stage-results.js';

export interface QueueRequest {
  readonly dataset: string;
  /** Only decisions in this box of the aligned volume. */
  readonly region?: Box;
  readonly limit: number;
  /** Where volumes and viewer are served, without a slash at the end. */
  readonly origin: string;
}

/** A decision to look at; places are voxels of the aligned volume, z, y, x. */
export interface ProofreadingItem {
  readonly kind: QueueItem['kind'];
  readonly location: Vec3;
  readonly bodies: readonly bigint[];
  readonly synapseId: bigint | null;
  readonly probability: number;
  readonly synapses: number;
  readonly expectedGain: number;
  readonly evidence: readonly string[];
  /** Opens Neuroglancer there, with the bodies shown. */
  readonly link: string;
}

export interface DatasetQueue {
  readonly dataset: string;
  readonly revision: bigint;
  /** All that there is, of which `items` are the first. */
  readonly total: number;
  readonly items: readonly ProofreadingItem[];
}

/** Contacts are looked for in a cube of this side, at most, working voxels. */
const widestLook = 48;

const vec = (f: (k: number) => number): Vec3 => [f(0), f(1), f(2)];

/** The aligned voxel in the middle of a working voxel. */
const aligned = (voxel: Vec3, { factors }: WorkingGrid): Vec3 =>
  vec((k) => Math.floor(voxel[k] * factors[k] + (factors[k] - 1) / 2));

/** Where a decision can be seen exactly: on the contact, read from the supervoxels. */
async function exactPlace(
  { site, voxel }: QueueItem,
  catalogue: Catalogue,
  store: ObjectStore,
  dataset: string,
  revision: number,
  { workingShape }: WorkingGrid,
): Promise<Vec3> {
  if (!site) return voxel;
  const { meta, resolve } = await catalogue.open(dataset, revision, 'supervoxels');
  const middle = (k: number) => Math.floor((site.begin[k] + site.end[k]) / 2);
  const look: Box = {
    begin: vec((k) => Math.max(site.begin[k], middle(k) - widestLook / 2)),
    end: vec((k) => Math.min(site.end[k], middle(k) + widestLook / 2)),
  };
  const box = intersectBox(look, boxOfShape(workingShape));
  const labels = (await readBox(store, resolve, meta, 0, box)) as BigUint64Array;
  return contactVoxel(labels, box, ...site.supervoxels) ?? voxel;
}

/**
 * What a person should look at first in a dataset: the decisions of its stages at the head, by expected gain.
 *
 * @throws StratomeError notFound for a dataset that is not there or was not made by a run, badInput for a region outside
 */
export async function datasetQueue(
  { graph, db, store, catalogue }: { graph: Graph; db: DataSource; store: ObjectStore; catalogue: Catalogue },
  { dataset, region, limit, origin }: QueueRequest,
): Promise<DatasetQueue> {
  const { voxelNm, shape, revision } = toDataset(await datasetRecord(graph, dataset));
  if (region) requireBoxInVolume(region, [shape.z, shape.y, shape.x]);
  const at = Number(revision);
  const results = new StageResults(db, store, dataset, at);
  const grid = await results.grid();
  const [tables, objects, synapses] = await Promise.all([
    results.tables(),
    results.objects(),
    results.synapses(),
  ]);
  const connected = new Set(synapses.flatMap((s) => [s.preSegment, s.postSegment]));
  const traced = objects.filter((o) => o.neurite && connected.has(o.id)).map((o) => o.id);
  const deadEnds = await results.deadEnds(traced, grid);
  const queue = proofreadingQueue({
    tables,
    voxelNm: grid.workingNm,
    objects,
    synapses,
    deadEnds,
  });
  const one = (v: Vec3): Box => ({ begin: v, end: vec((k) => v[k] + 1) });
  const asked = region ? queue.filter((i) => boxContains(region, one(aligned(i.voxel, grid)))) : queue;
  const items = await mapConcurrently(asked.slice(0, limit), 4, async (item): Promise<ProofreadingItem> => {
    const location = aligned(await exactPlace(item, catalogue, store, dataset, at, grid), grid);
    const { kind, bodies, synapseId = null, probability, synapses: moved, gain, evidence } = item;
    const link = linkTo(dataset, revision, bodies, location, [voxelNm.z, voxelNm.y, voxelNm.x], origin);
    return {
      kind,
      location,
      bodies,
      synapseId,
      probability,
      synapses: moved,
      expectedGain: gain,
      evidence,
      link,
    };
  });
  return { dataset, revision, total: asked.length, items };
}

function linkTo(
  dataset: string,
  revision: bigint,
  segments: readonly bigint[],
  positionVoxels: Vec3,
  voxelNm: Vec3,
  origin: string,
): string {
  const volume = (name: string) => `${origin}/volumes/${dataset}/${revision}/${name}/precomputed`;
  return neuroglancerLink({
    viewerUrl: `${origin}/viewer`,
    voxelNm,
    positionVoxels,
    layers: [
      { name: 'em', type: 'image', url: volume('em') },
      { name: 'segments', type: 'segmentation', url: volume('segmentation'), segments },
    ],
  });
}
