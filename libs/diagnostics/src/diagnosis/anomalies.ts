import { BlockGrid } from '@stratome/core';
import { connectedCells, significantCells } from '../detection/significantCells.js';
import { boxOfCells, type QualityField } from '../field.js';
import { findGradients } from './gradients.js';
import type { DiagnosisInput } from './input.js';
import { findJumps } from './jumps.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { Anomaly } from './result.js';

/** Anomalies of a field, at most. */
const mostOfField = 3;

/** A single cell is an anomaly only when its score is beyond this. */
const loneScore = 8;

/** All that stands out by itself, whatever region is asked about: outliers, gradients and jumps, the smallest p first. */
export function findAnomalies(input: DiagnosisInput, parameters: DiagnosisParameters): Anomaly[] {
  const { grid, cells, sections = [] } = input;
  const [, ny, nx] = grid.shape;
  const bySection = new BlockGrid(grid.shape, [1, ny, nx]);
  const q = parameters.falseDiscoveryRate;
  return [
    ...cells.flatMap((field) => outliersOf(grid, 'cell', field, q)),
    ...sections.flatMap((field) => outliersOf(bySection, 'section', field, q)),
    ...findGradients(input, parameters),
    ...findJumps(bySection, sections, parameters),
  ].sort((a, b) => a.p - b.p || b.cells - a.cells || (a.measure < b.measure ? -1 : 1));
}

/** Groups of neighbouring cells, or sections, whose robust scores are far out. */
function outliersOf(grid: BlockGrid, kind: Anomaly['grid'], field: QualityField, q: number): Anomaly[] {
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
        pattern: 'outlier',
        grid: kind,
        effect: mean - usual,
        p: cells.reduce((least, cell) => Math.min(least, adjustedP[cell]), 1),
        cells: cells.length,
      };
    });
}
