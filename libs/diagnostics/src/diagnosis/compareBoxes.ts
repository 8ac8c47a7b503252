import { badInput, type BlockGrid, type Box } from '@stratome/core';
import type { BlockEffect } from '../effect/blockTest.js';
import { placeStrata } from '../effect/matching.js';
import type { QualityField } from '../field.js';
import { compareField } from './evidence.js';
import type { DiagnosisParameters } from './parameters.js';
import { referenceOf, requireBox } from './sides.js';

export interface BoxComparison extends BlockEffect {
  /** Cells with a value on either side. */
  readonly regionCells: number;
  readonly referenceCells: number;
}

const measured = ({ values }: QualityField, mask: Uint8Array): number =>
  values.reduce((sum, value, cell) => sum + (mask[cell] && !Number.isNaN(value) ? 1 : 0), 0);

/**
 * One measure of a box against that of another, or of all the rest less a rim of one cell, as the diagnosis compares:
 * like places with like, and by blocks of cells, so that correlation between neighbours is no evidence.
 *
 * @param tissue share of each cell that is vessel or soma, 0 to 1
 * @throws badInput for boxes outside the volume, and where there is too little to compare
 */
export function compareBoxes(
  grid: BlockGrid,
  field: QualityField,
  tissue: Float64Array,
  region: Box,
  against: Box | undefined,
  parameters: DiagnosisParameters,
): BoxComparison {
  const mask = requireBox(region, grid, 'region');
  const reference = referenceOf(grid, mask, against, parameters.guardCells);
  const strata = placeStrata(grid, tissue);
  const result = compareField(field, { grid, region: mask, touched: mask, reference, strata, parameters });
  if (typeof result === 'string')
    throw badInput(`${field.measure} cannot be compared: ${result}.`, 'Name larger boxes.');
  return { ...result, regionCells: measured(field, mask), referenceCells: measured(field, reference) };
}
