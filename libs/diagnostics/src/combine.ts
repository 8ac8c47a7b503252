import { badInput, type CellMeasurement } from '@stratome/core';
import { isMeasureName, measures, type Combination } from './measures.js';

type Part = Pick<CellMeasurement, 'value' | 'weight'>;

/** Parts by value, then weight: sums taken in this order do not depend on the order in which parts came. */
const inOrder = (parts: readonly Part[]): Part[] =>
  [...parts].sort((p, q) => p.value - q.value || p.weight - q.weight);

/**
 * The quantile of weighted samples: the smallest value at or below which at least the fraction `q` of the
 * weight lies.
 */
export function weightedQuantile(parts: readonly Part[], q: number): number {
  const ordered = inOrder(parts);
  const total = ordered.reduce((sum, p) => sum + p.weight, 0);
  let below = 0;
  for (const part of ordered) {
    below += part.weight;
    if (below >= q * total) return part.value;
  }
  return ordered.at(-1)!.value;
}

function combineParts(parts: readonly Part[], combination: Combination): Part {
  const ordered = inOrder(parts);
  const weight = ordered.reduce((sum, p) => sum + p.weight, 0);
  if (combination.rule === 'quantile') return { value: weightedQuantile(ordered, combination.q), weight };
  if (combination.rule === 'density') {
    const value = ordered.reduce((sum, p) => sum + p.value, 0);
    return { value, weight: Math.max(...ordered.map((p) => p.weight)) };
  }
  const total = ordered.reduce((sum, p) => sum + p.value * p.weight, 0);
  return { value: ordered.length === 1 ? ordered[0].value : total / weight, weight };
}

function requireSound({ cell, measure, value, weight }: CellMeasurement): void {
  if (!isMeasureName(measure))
    throw badInput(`There is no measure "${measure}".`, 'Add it to the registry of measures.');
  if (!Number.isFinite(value) || !(weight > 0) || !Number.isFinite(weight))
    throw badInput(
      `${measure} of cell ${cell} has value ${value} and weight ${weight}.`,
      'Leave out what was not measured.',
    );
}

/**
 * One row for each cell and measure from the parts that blocks and tasks gave, by the rule of the registry.
 * Combine once, from all parts: quantiles of quantiles mean nothing. Equal for any order of the parts, bit for
 * bit; how parts are cut is seen in the last bits (and in quantiles), so they must be those of a grid of the
 * dataset (a section, a supervoxel block, a layer of cells), never of a task's box.
 *
 * @returns rows in the order of cells, then of measure names
 * @throws badInput for an unknown measure, or a value or weight that is not a number
 */
export function combineMeasurements(rows: Iterable<CellMeasurement>): CellMeasurement[] {
  const groups = new Map<string, { cell: number; measure: string; parts: Part[] }>();
  for (const row of rows) {
    requireSound(row);
    const key = `${row.cell}/${row.measure}`;
    const group = groups.get(key);
    if (group) group.parts.push(row);
    else groups.set(key, { cell: row.cell, measure: row.measure, parts: [row] });
  }
  return [...groups.values()]
    .sort((a, b) => a.cell - b.cell || (a.measure < b.measure ? -1 : 1))
    .map(({ cell, measure, parts }) => ({
      cell,
      measure,
      ...combineParts(parts, measures[measure as keyof typeof measures].combination),
    }));
}
