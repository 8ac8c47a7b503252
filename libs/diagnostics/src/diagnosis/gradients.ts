import { BlockGrid, type Vec3 } from '@stratome/core';
import { mean } from '@stratome/kernels';
import { adjustFalseDiscovery } from '../detection/falseDiscovery.js';
import { globalMoran, localMoran } from '../detection/moransI.js';
import { connectedCells } from '../detection/significantCells.js';
import { withoutCovariates } from '../effect/covariates.js';
import { matchStrata, placeStrata } from '../effect/matching.js';
import { boxOfCells, type QualityField } from '../field.js';
import type { DiagnosisInput } from './input.js';
import { markers, type Marker } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { Anomaly } from './result.js';

/** Cells along an axis, at most: gradients are wide, and every permutation goes over all cells. */
const mostCoarse = 16;

/** Cells of a patch, at least. */
const leastCells = 6;

/** Patches of a field, at most. */
const mostOfField = 3;

/** p of local Moran's I at or below which a cell belongs to a patch: whether there are any is for the global one to say. */
const localSignificance = 0.05;

/** A field on a grid that is coarse enough to be permuted, with what its tissue explains taken out. */
interface Smoothed {
  readonly marker: Marker;
  readonly measure: string;
  readonly grid: BlockGrid;
  readonly values: Float64Array;
}

/** Means over blocks of cells, by weight. */
function coarsen(grid: BlockGrid, coarse: BlockGrid, { values, weights }: QualityField): Float64Array {
  const sum = new Float64Array(coarse.length);
  const weight = new Float64Array(coarse.length);
  values.forEach((v, cell) => {
    if (Number.isNaN(v) || !(weights[cell] > 0)) return;
    const to = coarse.indexAt(grid.position(cell));
    sum[to] += v * weights[cell];
    weight[to] += weights[cell];
  });
  return sum.map((v, cell) => (weight[cell] > 0 ? v / weight[cell] : NaN));
}

/** Fields of which a gradient could be told from tissue: what is exact is 0 where nothing is wrong, and needs no such test. */
function smoothedFields({ grid, cells, tissue }: DiagnosisInput): Smoothed[] {
  const step = grid.counts.map((n) => Math.ceil(n / mostCoarse)) as unknown as Vec3;
  const coarse = new BlockGrid(grid.counts, step);
  const everywhere = new Uint8Array(grid.length).fill(1);
  const strata = placeStrata(grid, tissue);
  return cells.flatMap((field) => {
    const marker = markers.get(field.measure);
    if (!marker || marker.exact) return [];
    const given = cells.filter(({ measure }) => marker.given?.some((name) => name === measure));
    const own = withoutCovariates(matchStrata(field, strata, everywhere), given, everywhere);
    return [{ marker, measure: field.measure, grid: coarse, values: coarsen(grid, coarse, own) }];
  });
}

/**
 * Patches in which neighbouring cells are above, or below, the others together. Global Moran's I says whether a field has any
 * (false discoveries among fields controlled), local Moran's I where they are. Every tissue has some: only those count whose
 * mean is further from that of all others than healthy tissue goes.
 */
export function findGradients(input: DiagnosisInput, parameters: DiagnosisParameters): Anomaly[] {
  const { permutations, seed, falseDiscoveryRate } = parameters;
  const fields = smoothedFields(input);
  const p = adjustFalseDiscovery(
    Float64Array.from(
      fields,
      ({ grid, values, measure }) => globalMoran(grid, values, permutations, `${seed}/${measure}`).p,
    ),
  );
  return fields.flatMap((field, n) =>
    p[n] <= falseDiscoveryRate ? patchesOf(field, input.grid, p[n], parameters) : [],
  );
}

function patchesOf(
  { marker, measure, grid, values }: Smoothed,
  cells: BlockGrid,
  p: number,
  q: DiagnosisParameters,
): Anomaly[] {
  const least = marker.tissueEffect ?? marker.leastEffect;
  const local = localMoran(grid, values, q.scanPermutations, `${q.seed}/${measure}`);
  const meanWhere = (counts: (cell: number) => boolean) =>
    mean(values.filter((v, cell) => !Number.isNaN(v) && counts(cell)));
  const centre = meanWhere(() => true);
  const groups = [1, -1].flatMap((side) =>
    connectedCells(
      grid,
      Uint8Array.from(values, (v, cell) =>
        local.i[cell] > 0 && local.p[cell] <= localSignificance && (v - centre) * side > 0 ? 1 : 0,
      ),
    ),
  );
  return groups
    .filter(({ length }) => length >= leastCells)
    .map((group) => {
      const mask = new Uint8Array(grid.length);
      for (const cell of group) mask[cell] = 1;
      return {
        mask,
        effect: meanWhere((cell) => mask[cell] === 1) - meanWhere((cell) => mask[cell] === 0),
      };
    })
    .filter(({ effect }) => Math.abs(effect) >= least)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, mostOfField)
    .map(({ mask, effect }) => {
      const fine = Uint8Array.from(
        { length: cells.length },
        (_, cell) => mask[grid.indexAt(cells.position(cell))],
      );
      const count = fine.reduce((sum, v) => sum + v, 0);
      return {
        region: boxOfCells(cells, fine),
        layer: marker.layer,
        measure,
        pattern: 'gradient',
        grid: 'cell',
        effect,
        p,
        cells: count,
      };
    });
}
