import type { queries } from '@stratome/connectome';
import { BlockGrid, notFound, type Vec3 } from '@stratome/core';
import { measures, measureStoredWeights, type MeasureName, type QualityField } from '@stratome/diagnostics';

/** The quality cells of a dataset with everything measured in them. */
export interface DatasetFields {
  readonly grid: BlockGrid;
  readonly cells: readonly QualityField[];
  readonly sections: readonly QualityField[];
  /** Share of each cell that is vessel or soma, 0 to 1; 0 where it was not measured. */
  readonly tissue: Float64Array;
  /** Keys of the cells by their number in the grid. */
  readonly keys: readonly string[];
}

type Row = queries.MeasurementsAtRow;
type Weight = queries.StoredWeightsByCellRow;

const vec = ([z, y, x]: readonly number[]): Vec3 => [z, y, x];

/** The grid that the cells are cut from: the first cell is a whole one, unless the volume is smaller than it. */
function gridOf(rows: readonly Row[], shape: Vec3): BlockGrid {
  const first = rows.find(({ grid, boxBegin }) => grid === 'cell' && boxBegin.every((v) => v === 0));
  if (!first)
    throw notFound(
      'The dataset has no quality cells.',
      'Run its stages: they write measurements as they go.',
    );
  return new BlockGrid(shape, vec(first.boxEnd));
}

class FieldTable {
  private readonly fields = new Map<string, QualityField>();

  constructor(private readonly length: number) {}

  add(measure: string, at: number, value: number, weight: number): void {
    if (at < 0 || at >= this.length) return;
    let field = this.fields.get(measure);
    if (!field) {
      field = {
        measure,
        values: new Float64Array(this.length).fill(NaN),
        weights: new Float64Array(this.length),
      };
      this.fields.set(measure, field);
    }
    field.values[at] = value;
    field.weights[at] = weight;
  }

  list = (): QualityField[] => [...this.fields.values()];
}

/** Whether a measure's weight is a volume; the graph rounds it to a count, so it is taken from the cell's box. */
const isPerVolume = (measure: string): boolean =>
  Object.hasOwn(measures, measure) && measures[measure as MeasureName].weightUnit === 'µm³';

/** Stored connections recounted from the contacts of each cell. */
function addRecount(
  table: FieldTable,
  weights: readonly Weight[],
  numberOf: ReadonlyMap<string, number>,
): void {
  const stored = new Map(
    weights.map((w) => [`${w.preBodyId}>${w.postBodyId}`, Number(w.storedWeight ?? 0n)]),
  );
  const contacts = weights.map((w) => ({
    cell: numberOf.get(w.cellKey) ?? -1,
    pre: w.preBodyId,
    post: w.postBodyId,
    contacts: Number(w.contacts),
  }));
  const rows = measureStoredWeights(contacts, (pre, post) => stored.get(`${pre}>${post}`)!);
  for (const { cell, measure, value, weight } of rows) table.add(measure, cell, value, weight);
}

/** Vessel and soma together. */
function tissueOf(cells: readonly QualityField[], length: number): Float64Array {
  const tissue = new Float64Array(length);
  for (const { measure, values } of cells) {
    if (measure !== 'vesselFraction' && measure !== 'somaFraction') continue;
    values.forEach((share, cell) => {
      if (!Number.isNaN(share)) tissue[cell] = Math.min(1, tissue[cell] + share);
    });
  }
  return tissue;
}

/**
 * Rows of the graph as fields over its grid of cells and over its sections.
 *
 * @param shape of the volume, z, y, x, voxels
 */
export function fieldsOf(
  rows: readonly Row[],
  weights: readonly Weight[],
  shape: Vec3,
  voxelNm: Vec3,
): DatasetFields {
  const grid = gridOf(rows, shape);
  const keys: string[] = Array.from({ length: grid.length }, () => '');
  const cells = new FieldTable(grid.length);
  const sections = new FieldTable(shape[0]);
  const um3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
  for (const { cellKey, grid: kind, boxBegin, boxEnd, measure, value, count } of rows) {
    if (kind === 'section') {
      sections.add(measure, boxBegin[0], value, Number(count));
      continue;
    }
    const [z, y, x] = boxBegin.map((v, k) => Math.floor(v / grid.block[k]));
    const cell = grid.indexOf([z, y, x]);
    const voxels = boxEnd.reduce((n, v, k) => n * (v - boxBegin[k]), 1);
    keys[cell] = cellKey;
    cells.add(measure, cell, value, isPerVolume(measure) ? voxels * um3 : Number(count));
  }
  addRecount(cells, weights, new Map(keys.map((key, cell) => [key, cell])));
  const byCell = cells.list();
  return { grid, cells: byCell, sections: sections.list(), tissue: tissueOf(byCell, grid.length), keys };
}
