import type { Box } from '@stratome/core';
import { triple, writeAll, writeBatches, type Target } from './batches.js';
import type { Point } from './cypherTypes.js';
import { upsertCells, upsertMeasurements } from './generated/queries.js';
import type { CellRow, MeasurementRow } from './rows.js';

type Rows<T> = Iterable<T> | AsyncIterable<T>;

function centreOf({ begin, end }: Box): Point {
  return { z: (begin[0] + end[0]) / 2, y: (begin[1] + end[1]) / 2, x: (begin[2] + end[2]) / 2 };
}

export function loadCells(target: Target, rows: Rows<CellRow>): Promise<number> {
  const { dataset, revision } = target;
  return writeBatches(target, rows, (runner, batch) => {
    const cells = batch.map(({ cellKey, grid, box }) => ({
      cellKey,
      grid,
      boxBegin: triple(box.begin),
      boxEnd: triple(box.end),
      centre: centreOf(box),
    }));
    return writeAll(runner, upsertCells, { dataset, revision, rows: cells }, (row) => `Cell ${row.cellKey}`);
  });
}

export function loadMeasurements(target: Target, rows: Rows<MeasurementRow>): Promise<number> {
  const { dataset, revision } = target;
  return writeBatches(target, rows, (runner, batch) =>
    writeAll(
      runner,
      upsertMeasurements,
      { dataset, rows: batch.map((row) => ({ ...row, revision })) },
      (row) => `The measurement ${row.layer} ${row.measure} of cell ${row.cellKey} by run ${row.runId}`,
    ),
  );
}
