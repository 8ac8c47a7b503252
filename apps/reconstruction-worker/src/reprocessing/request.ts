import {
  badInput,
  boxContains,
  boxOfShape,
  conflict,
  formatBox,
  notFound,
  type Box,
  type Vec3,
} from '@stratome/core';
import {
  artifactsAt,
  requireDataset,
  runAtHead,
  type Dataset,
  type Redo,
  type Run,
} from '@stratome/operations';
import { downstreamOf, stageNames, stages, type StageName } from '@stratome/pipeline';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { addRegion, regionalStageOf } from '../regional-parameters.js';
import { parseRunParameters, settingsFrom, type RunParameters } from '../run-parameters.js';
import { toFullResolution, type Geometry } from '../stages/geometry.js';
import { supervoxelBlocks } from '../stages/supervoxels.js';

export interface ReprocessingRequest {
  readonly dataset: string;
  /** Voxels of the aligned volume, half-open, z, y, x. */
  readonly region: Box;
  /** A stage or a layer. */
  readonly from: string;
  /** Parameters of the region as `group.name=value`; none makes the region again as it was told. */
  readonly settings: readonly string[];
}

/** A regional re-run that may begin. */
export interface Reprocessing {
  readonly dataset: Dataset;
  readonly head: Run;
  readonly geometry: Geometry;
  /** The region, grown to whole blocks of the supervoxel grid. */
  readonly region: Box;
  /** The stages that run, in order. */
  readonly stages: readonly StageName[];
  readonly parameters: RunParameters;
  /** The first stage whose parameters the region has of its own by this; none when it is made again as it was told. */
  readonly differsFrom?: StageName;
  readonly redo: Redo;
}

/** Stages whose tasks are sections or the whole stack: before them there is no aligned volume to have a region of. */
const beforeAlignment: readonly StageName[] = [
  'ingest',
  'flatten',
  'normalise',
  'rawvolume',
  'montage',
  'match',
  'solve',
];

/**
 * The stages that a re-run from a stage or layer takes in.
 *
 * @throws StratomeError badInput when there is no such stage or layer, or it comes before the aligned volume
 */
export function stagesFrom(from: string): StageName[] {
  const isLayer = /^L[1-5]$/.test(from);
  if (!isLayer && !Object.hasOwn(stages, from)) {
    throw badInput(
      `There is no stage or layer "${from}".`,
      `Layers: L2 to L5. Stages: ${stageNames.join(', ')}.`,
    );
  }
  const all = isLayer
    ? stageNames.filter((stage) => stages[stage].layer >= from)
    : downstreamOf(from as StageName);
  if (from === 'L1' || beforeAlignment.includes(from as StageName)) {
    throw badInput(
      `${isLayer ? 'Layer' : 'Stage'} ${from} works on whole sections, before there is an aligned volume with regions.`,
      `Begin at ${stageNames.filter((stage) => !beforeAlignment.includes(stage)).join(', ')}, or run the dataset anew.`,
    );
  }
  return all.filter((stage) => !beforeAlignment.includes(stage));
}

/** Grows a box of the aligned volume to whole blocks of the supervoxel grid, which every chunk lies in. */
export function snapToBlocks(box: Box, g: Geometry): Box {
  const { block, shape } = supervoxelBlocks(g);
  const full = toFullResolution({ begin: [0, 0, 0], end: shape }, g).end;
  const size = block.map((b, k) => b * g.factors[k]);
  const begin = box.begin.map((v, k) => Math.floor(Math.min(v, full[k] - 1) / size[k]) * size[k]);
  const end = box.end.map((v, k) => Math.min(g.shape[k], Math.ceil(v / size[k]) * size[k]));
  return { begin: begin as unknown as Vec3, end: end as unknown as Vec3 };
}

/**
 * Checks a regional re-run against its dataset; nothing is changed.
 *
 * @throws StratomeError notFound for an unknown dataset or one without a complete run; badInput for a region outside
 *   the volume, an unknown stage, layer or parameter, a value out of range, and a parameter of an earlier stage
 */
export async function planReprocessing(
  db: DataSource,
  store: ObjectStore,
  { dataset: name, region, from, settings }: ReprocessingRequest,
): Promise<Reprocessing> {
  const stagesToRun = stagesFrom(from);
  const set = settingsFrom(settings);
  requireAtOrBelow(set, from, stagesToRun);
  const dataset = await requireDataset(db, name);
  const head = await runAtHead(db, name);
  if (!head) {
    throw notFound(
      `The dataset "${name}" has no complete run that a region could be made again of.`,
      `Run it first: npx stratome run ${name}.`,
    );
  }
  const geometry = await geometryAt(db, store, name, dataset.headRevision);
  if (!boxContains(boxOfShape(geometry.shape), region)) {
    throw badInput(
      `The region ${formatBox(region)} reaches outside the volume of ${geometry.shape.join('×')} voxels.`,
      `Choose it within ${formatBox(boxOfShape(geometry.shape))}.`,
    );
  }
  const snapped = snapToBlocks(region, geometry);
  const before = parseRunParameters(head.parameters);
  const regions =
    settings.length > 0 ? addRegion(before.regions ?? [], { box: snapped, set }) : before.regions;
  return {
    dataset,
    head,
    geometry,
    region: snapped,
    stages: stagesToRun,
    parameters: parseRunParameters({ ...before, regions }),
    differsFrom: stageNames.find((stage) => takingEffectIn(set).has(stage)),
    redo: { stages: stagesToRun, box: snapped },
  };
}

type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The stages that parameters of a region take effect in. */
export const takingEffectIn = (set: Settings): Set<StageName> =>
  new Set(
    Object.entries(set).flatMap(([group, values]) =>
      Object.keys(values).map((name) => regionalStageOf(group, name)),
    ),
  );

function requireAtOrBelow(set: Settings, from: string, stagesToRun: readonly StageName[]): void {
  for (const [group, values] of Object.entries(set)) {
    for (const name of Object.keys(values)) {
      const stage = regionalStageOf(group, name);
      if (stagesToRun.includes(stage)) continue;
      throw badInput(
        `The parameter ${group}.${name} takes effect in stage ${stage}, which a re-run from ${from} leaves as it is.`,
        `Begin at ${stage}, or at layer ${stages[stage].layer}.`,
      );
    }
  }
}

async function geometryAt(
  db: DataSource,
  store: ObjectStore,
  dataset: string,
  revision: number,
): Promise<Geometry> {
  const [row] = await artifactsAt(db, dataset, revision, 'geometry', ['dataset']);
  if (!row) throw conflict(`The dataset "${dataset}" has no grids at revision ${revision}.`, 'Run it again.');
  return JSON.parse(Buffer.from(await store.get(row.hash)).toString('utf8')) as Geometry;
}
