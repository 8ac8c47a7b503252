import type { BlockGrid } from '@stratome/core';
import { connectedCells, significantCells } from '../detection/significantCells.js';
import { boxOfCells, type QualityField } from '../field.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { Anomaly } from './result.js';

/** Anomalies of a field, at most. */
const mostOfField = 3;

/** A single cell is an anomaly only when its score is beyond this. */
const loneScore = 8;

/** Groups of cells that stand out, field by field, those with the smallest p first. */
export function findAnomalies(
  grid: BlockGrid,
  fields: readonly QualityField[],
  { falseDiscoveryRate }: DiagnosisParameters,
): Anomaly[] {
  return fields
    .flatMap((field) => anomaliesOf(grid, field, falseDiscoveryRate))
    .sort((a, b) => a.p - b.p || b.cells - a.cells || (a.measure < b.measure ? -1 : 1));
}

function anomaliesOf(grid: BlockGrid, field: QualityField, q: number): Anomaly[] {
  const marker = markers.get(field.measure);
  if (!marker) return [];
  const { scores, adjustedP, significant } = significantCells(field, marker.leastEffect, q);
  const known = field.values.filter((v) => !Number.isNaN(v)).sort();
  const usual = known[known.length >> 1];
  return connectedCells(grid, significant)
    .filter((cells) => cells.length > 1 || Math.abs(scores[cells[0]]) >= loneScore)
    .slice(0, mostOfField)
    .map((cells) => {
      const mask = new Uint8Array(grid.length);
      for (const cell of cells) mask[cell] = 1;
      const mean = cells.reduce((sum, cell) => sum + field.values[cell], 0) / cells.length;
      return {
        region: boxOfCells(grid, mask),
        layer: marker.layer,
        measure: field.measure,
        effect: mean - usual,
        p: cells.reduce((least, cell) => Math.min(least, adjustedP[cell]), 1),
        cells: cells.length,
      };
    });
}
