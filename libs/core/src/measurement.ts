/** A quality measurement of one cell of a dataset's quality grid, or a part of one. */
export interface CellMeasurement {
  /** Linear number of the cell in the dataset's grid of quality cells (a `BlockGrid`). */
  readonly cell: number;
  /** Name in the registry of measures, which gives unit, direction and the rule for combining parts. */
  readonly measure: string;
  readonly value: number;
  /** How much the value rests on, in the measure's weight unit; positive. */
  readonly weight: number;
}
