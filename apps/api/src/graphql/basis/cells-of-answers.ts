import type { queries } from '@stratome/connectome';
import type { BasisQuality } from '../types/basis.js';

/** The cells that an answer lies in, with how much of it lies there. */
export type CellCounts = ReadonlyMap<string, number>;

export interface PairIds {
  readonly preBodyId: bigint;
  readonly postBodyId: bigint;
}

export const pairName = ({ preBodyId, postBodyId }: PairIds) => `${preBodyId}:${postBodyId}`;

export function groupBy<T>(rows: readonly T[], nameOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group) group.push(row);
    else groups.set(nameOf(row), [row]);
  }
  return groups;
}

/** Means over cells, weighted by how much of the answer lies in each; in the order of layer and measure. */
export function meansOver(
  cells: CellCounts,
  measured: ReadonlyMap<string, readonly queries.QualityOfCellsRow[]>,
): BasisQuality[] {
  const sums = new Map<string, Omit<BasisQuality, 'value'> & { total: number; weight: number }>();
  for (const [cellKey, sites] of cells) {
    for (const { layer, measure, unit, value } of measured.get(cellKey) ?? []) {
      const name = `${layer} ${measure}`;
      const sum = sums.get(name) ?? { layer, measure, unit, cells: 0n, total: 0, weight: 0 };
      sums.set(name, {
        ...sum,
        cells: sum.cells + 1n,
        total: sum.total + sites * value,
        weight: sum.weight + sites,
      });
    }
  }
  return [...sums.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { layer, measure, unit, cells: count, total, weight }]) => ({
      layer,
      measure,
      unit,
      cells: count,
      value: total / weight,
    }));
}
