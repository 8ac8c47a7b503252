import type { BlockGrid } from '@stratome/core';
import { changePoints } from '../detection/changePoints.js';
import { adjustFalseDiscovery } from '../detection/falseDiscovery.js';
import type { QualityField } from '../field.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { Anomaly } from './result.js';

/** What a change of level costs, in criteria of Schwarz: neighbouring sections show the same tissue, so they are not independent. */
const penalties = 3;

/** Sections of a level, at least. */
const leastLength = 4;

/**
 * Pairs of sections between which the level of a measure changes, along the whole stack, by more than tissue does.
 *
 * @param grid of whole sections
 * @param sections measures by section
 */
export function findJumps(
  grid: BlockGrid,
  sections: readonly QualityField[],
  { permutations, seed, falseDiscoveryRate }: DiagnosisParameters,
): Anomaly[] {
  const penalty = penalties * 2 * Math.log(grid.counts[0]);
  const changes = sections.flatMap(({ measure, values }) =>
    markers.has(measure)
      ? changePoints(values, penalty, leastLength, permutations, `${seed}/${measure}`).map((change) => ({
          ...change,
          measure,
        }))
      : [],
  );
  const adjusted = adjustFalseDiscovery(Float64Array.from(changes, ({ p }) => p));
  const [, ny, nx] = grid.shape;
  return changes.flatMap(({ section, step, measure }, n): Anomaly[] => {
    const { layer, leastEffect, tissueEffect = leastEffect } = markers.get(measure)!;
    if (adjusted[n] > falseDiscoveryRate || Math.abs(step) < tissueEffect) return [];
    const region = { begin: [section - 1, 0, 0], end: [section + 1, ny, nx] } as const;
    return [
      { region, layer, measure, pattern: 'jump', grid: 'section', effect: step, p: adjusted[n], cells: 2 },
    ];
  });
}
