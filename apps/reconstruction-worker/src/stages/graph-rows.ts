import type { AssignedType } from '@stratome/annotations';
import type {
  ArtifactRef,
  CellRow,
  FragmentRow,
  MeasurementRow,
  NeuronRow,
  Point,
  SiteCounts,
  SynapseRow,
  TileRow,
} from '@stratome/connectome';
import type { BlockGrid, CellMeasurement, Vec3 } from '@stratome/core';
import { combineMeasurements, measures, type MeasureName } from '@stratome/diagnostics';
import type { TileManifest } from '@stratome/ingest';
import { cellsOf, sectionsOf, toFullResolution, type Geometry } from './geometry.js';
import type { StoredObject } from './objects.js';
import type { StoredSynapse } from './stored-synapses.js';

/** What `shapes` says of a skeleton. */
export interface ShapeSummary {
  readonly id: string;
  readonly cableUm: number;
  readonly nodes: number;
  readonly branches: number;
  readonly ends: number;
}

export function* tileRows({ sections }: TileManifest): Generator<TileRow> {
  for (const { section, tiles } of sections) {
    for (const { id, file, row, col, stagePx, shape, sha256 } of tiles) {
      yield {
        tileId: id,
        hash: sha256,
        section,
        row,
        column: col,
        path: file,
        heightPx: shape[0],
        widthPx: shape[1],
        stageYPx: stagePx[0],
        stageXPx: stagePx[1],
      };
    }
  }
}

const cellKeyOf = (position: Vec3): string => `cell/${position.join('/')}`;

/** The linear number of a cell in its grid. */
export function cellNumber(cellKey: string, cells: BlockGrid): number {
  const [z, y, x] = cellKey.split('/').slice(1).map(Number);
  return cells.indexOf([z, y, x]);
}

/** Key of the cell that holds a working voxel. */
const cellKeyAt = (cells: BlockGrid, voxel: Vec3): string => {
  const at = voxel.map((v, k) => Math.max(0, Math.min(cells.counts[k] - 1, Math.floor(v / cells.block[k]))));
  return cellKeyOf([at[0], at[1], at[2]]);
};

const sectionKeyOf = (z: number): string => `section/${z}`;

export function* cellRows(g: Geometry): Generator<CellRow> {
  const cells = cellsOf(g);
  for (const position of cells.positions()) {
    yield {
      cellKey: cellKeyOf(position),
      grid: 'cell',
      box: toFullResolution(cells.box(position), g),
    };
  }
  const sections = sectionsOf(g.shape);
  for (const position of sections.positions())
    yield { cellKey: sectionKeyOf(position[0]), grid: 'section', box: sections.box(position) };
}

/** Key of the quality cell that holds a working voxel. */
export const cellKeyOfVoxel = (voxel: Vec3, g: Geometry): string => cellKeyAt(cellsOf(g), voxel);

/** Measurements of one stage, combined over its tasks; by quality cell or by section. */
export function measurementRows(
  parts: Iterable<CellMeasurement>,
  runId: string,
  g: Geometry,
  grid: CellRow['grid'] = 'cell',
): MeasurementRow[] {
  const cells = cellsOf(g);
  return combineMeasurements(parts).map(({ cell, measure, value, weight }) => ({
    cellKey: grid === 'cell' ? cellKeyOf(cells.position(cell)) : sectionKeyOf(cell),
    layer: measures[measure as MeasureName].layer,
    measure,
    value,
    unit: measures[measure as MeasureName].unit,
    count: BigInt(Math.max(1, Math.round(weight))),
    runId,
  }));
}

/** The full-resolution voxel in the middle of a working voxel. */
function pointOf(voxel: Vec3, { factors }: Geometry): Point {
  const [z, y, x] = voxel.map((v, k) => Math.floor(v * factors[k] + (factors[k] - 1) / 2));
  return { z, y, x };
}

/** Working voxels as voxels of the aligned volume. */
const voxelsOf = (working: number, { factors: [z, y, x] }: Geometry): bigint => BigInt(working * z * y * x);

/**
 * Synapses of one artefact.
 *
 * @param isBody whether the graph will hold a segment of this id; partners it does not hold are null
 */
export function synapseRows(
  stored: readonly StoredSynapse[],
  derivedFrom: ArtifactRef,
  g: Geometry,
  isBody: (id: bigint) => boolean,
  uncalibrated: boolean,
): SynapseRow[] {
  const cells = cellsOf(g);
  const bodyOf = (text: string): bigint | null => {
    const id = BigInt(text);
    return id !== 0n && isBody(id) ? id : null;
  };
  return stored.map((synapse) => ({
    synapseId: BigInt(synapse.id),
    preSiteId: BigInt(synapse.siteId),
    preBodyId: bodyOf(synapse.preSegment),
    postBodyId: bodyOf(synapse.postSegment),
    preLocation: pointOf(synapse.prePoint, g),
    postLocation: pointOf(synapse.postPoint, g),
    confidence: synapse.confidence,
    excitatoryProbability: synapse.excitatoryProbability,
    inhibitoryProbability: 1 - synapse.excitatoryProbability,
    kind: synapse.kind,
    uncalibrated,
    sizeVoxels: voxelsOf(synapse.cleftVoxels, g),
    cellKey: cellKeyAt(cells, synapse.cleftPoint),
    derivedFrom,
  }));
}

export const isNeuron = ({ class: what, dust }: StoredObject): boolean => what === 'neurite' && !dust;

/** Objects that get a node: all above the size filter, and what takes part in a synapse. */
export const objectsInGraph = (
  objects: readonly StoredObject[],
  counts: ReadonlyMap<bigint, SiteCounts>,
): StoredObject[] => objects.filter(({ id, dust }) => !dust || counts.has(BigInt(id)));

const flagsOf = (object: StoredObject): string[] =>
  (['dust', 'orphan', 'large', 'touchesFace'] as const).filter((name) => object[name]);

const noSites: SiteCounts = { pre: 0n, post: 0n, upstream: 0n, downstream: 0n };

export function* neuronRows(
  objects: readonly StoredObject[],
  shapes: ReadonlyMap<string, ShapeSummary>,
  counts: ReadonlyMap<bigint, SiteCounts>,
  types: ReadonlyMap<bigint, AssignedType>,
  g: Geometry,
): Generator<NeuronRow> {
  for (const object of objects) {
    const bodyId = BigInt(object.id);
    const shape = shapes.get(object.id);
    yield {
      bodyId,
      neuron: isNeuron(object),
      class: object.class,
      sizeVoxels: voxelsOf(object.voxels, g),
      box: toFullResolution(object.box, g),
      ...(counts.get(bodyId) ?? noSites),
      status: object.orphan ? 'Orphan' : undefined,
      type: types.get(bodyId)?.type,
      instance: types.get(bodyId)?.instance ?? undefined,
      flags: flagsOf(object),
      cableLengthUm: shape?.cableUm,
      skeleton: shape && {
        nodes: BigInt(shape.nodes),
        branches: BigInt(shape.branches),
        ends: BigInt(shape.ends),
      },
    };
  }
}

/** @param sourceOf the artefact that says what a block holds of each object */
export function* fragmentRows(
  objects: readonly StoredObject[],
  sourceOf: (blockKey: string) => ArtifactRef,
  g: Geometry,
): Generator<FragmentRow> {
  for (const { id, blocks } of objects) {
    for (const { key, voxels } of blocks) {
      yield {
        bodyId: BigInt(id),
        blockKey: key,
        sizeVoxels: voxelsOf(voxels, g),
        derivedFrom: sourceOf(key),
      };
    }
  }
}
