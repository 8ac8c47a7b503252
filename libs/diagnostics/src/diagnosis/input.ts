import type { BlockGrid, Box } from '@stratome/core';
import type { QualityField } from '../field.js';
import type { LineageDifference, LineageRegion, Refuted } from './result.js';

export interface DiagnosisInput {
  /** Cells over the volume, in voxels. */
  readonly grid: BlockGrid;
  /** Measures by cell; those that the diagnosis does not know are left alone. */
  readonly cells: readonly QualityField[];
  /** Measures by section. */
  readonly sections?: readonly QualityField[];
  /** Share of each cell that is vessel or soma, 0 to 1. */
  readonly tissue?: Float64Array;
  /** What to explain; absent: the region that differs most is looked for. */
  readonly region?: Box;
  /** What to compare it with; absent: all the rest. */
  readonly against?: Box;
  /** Of `region`, against its reference. */
  readonly lineage?: readonly LineageDifference[];
  /** Of the whole volume: where to look as well, if no region is given. */
  readonly lineageRegions?: readonly LineageRegion[];
  /** Whether answers will be tried by making their region again: a search asks for less of what that can refute. */
  readonly tried?: boolean;
  /** Causes that are named no more in their region, and in any of which it holds half and more. */
  readonly refuted?: readonly Refuted[];
}
