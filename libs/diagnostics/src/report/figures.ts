import type { BlockGrid, Box, Vec3 } from '@stratome/core';
import type { Evidence } from '../diagnosis/evidence.js';
import { cellsInBox, type QualityField } from '../field.js';
import { colour, drawing, element, escapeXml, label, short, ticks } from './svg.js';

/** What a map or profile is drawn over. */
export interface FigureFrame {
  readonly grid: BlockGrid;
  /** Nanometres along z, y, x. */
  readonly voxelNm: Vec3;
  readonly region: Box;
}

const missingFill = '#e4e4e4';
const regionStroke = '#d1242f';

/** The 2nd and 98th percentile: the ends of a scale of colours that single cells do not stretch. */
function rangeOf(values: Float64Array): [number, number] {
  const known = values.filter((v) => !Number.isNaN(v)).sort();
  if (known.length === 0) return [0, 1];
  const at = (share: number) => known[Math.round(share * (known.length - 1))];
  const [low, high] = [at(0.02), at(0.98)];
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

const um = (voxels: number, nm: number): number => (voxels * nm) / 1000;

function colourBar(
  x: number,
  y: number,
  height: number,
  [low, high]: [number, number],
  unit: string,
): string {
  const bands = 32;
  const parts = Array.from({ length: bands }, (_, n) =>
    element('rect', {
      x,
      y: y + (height * (bands - 1 - n)) / bands,
      width: 10,
      height: height / bands + 0.5,
      fill: colour((n + 0.5) / bands),
    }),
  );
  return [
    ...parts,
    label(x + 14, y + 9, short(high)),
    label(x + 14, y + height, short(low)),
    label(x, y - 6, unit),
  ].join('');
}

/**
 * A measure over the plane of cells through the middle of the region, z up to down being y, with the region's outline.
 *
 * @param unit shown over the scale
 */
export function sliceMap(field: QualityField, title: string, unit: string, frame: FigureFrame): string {
  const { grid, voxelNm, region } = frame;
  const middle = (region.begin[0] + region.end[0]) / 2;
  const plane = Math.min(grid.counts[0] - 1, Math.floor(middle / grid.block[0]));
  const [widthUm, heightUm] = [um(grid.shape[2], voxelNm[2]), um(grid.shape[1], voxelNm[1])];
  const scale = Math.min(300 / widthUm, 260 / heightUm);
  const [left, top] = [46, 34];
  const [width, height] = [widthUm * scale, heightUm * scale];
  const x = (voxel: number) => left + um(voxel, voxelNm[2]) * scale;
  const y = (voxel: number) => top + um(voxel, voxelNm[1]) * scale;
  const range = rangeOf(field.values);
  const parts: string[] = [label(left, 16, title, { 'font-weight': 'bold' })];
  for (const position of grid.positions()) {
    if (position[0] !== plane) continue;
    const { begin, end } = grid.box(position);
    const value = field.values[grid.indexOf(position)];
    const fill = Number.isNaN(value) ? missingFill : colour((value - range[0]) / (range[1] - range[0]));
    parts.push(
      element(
        'rect',
        {
          x: x(begin[2]),
          y: y(begin[1]),
          width: x(end[2]) - x(begin[2]) + 0.3,
          height: y(end[1]) - y(begin[1]) + 0.3,
          fill,
        },
        `<title>${escapeXml(Number.isNaN(value) ? 'not measured' : `${short(value)} ${unit}`)}</title>`,
      ),
    );
  }
  const outline = {
    x: x(region.begin[2]),
    y: y(region.begin[1]),
    width: x(region.end[2]) - x(region.begin[2]),
    height: y(region.end[1]) - y(region.begin[1]),
    fill: 'none',
  };
  parts.push(element('rect', { ...outline, stroke: '#fff', 'stroke-width': 4 }));
  parts.push(element('rect', { ...outline, stroke: regionStroke, 'stroke-width': 2 }));
  for (const v of ticks(0, widthUm))
    parts.push(label(left + v * scale, top + height + 14, String(v), { 'text-anchor': 'middle' }));
  for (const v of ticks(0, heightUm))
    parts.push(label(left - 4, top + v * scale + 4, String(v), { 'text-anchor': 'end' }));
  parts.push(label(left + width / 2, top + height + 28, 'x, µm', { 'text-anchor': 'middle' }));
  parts.push(
    label(12, top + height / 2, 'y, µm', {
      'text-anchor': 'middle',
      transform: `rotate(-90 12 ${top + height / 2})`,
    }),
  );
  parts.push(colourBar(left + width + 16, top + 8, height - 8, range, unit));
  return drawing(left + width + 76, top + height + 36, title, parts);
}

interface ProfilePoint {
  readonly zUm: number;
  readonly mean: number;
  /** Standard error of the mean over cells. */
  readonly error: number;
}

/** Means by plane of cells, over the cells that `inside` picks. */
export function profileOf(
  field: QualityField,
  { grid, voxelNm }: FigureFrame,
  inside: (cell: number) => boolean,
): ProfilePoint[] {
  return Array.from({ length: grid.counts[0] }, (_, plane) => {
    const values: number[] = [];
    for (let y = 0; y < grid.counts[1]; y++)
      for (let x = 0; x < grid.counts[2]; x++) {
        const cell = grid.indexOf([plane, y, x]);
        if (inside(cell) && !Number.isNaN(field.values[cell])) values.push(field.values[cell]);
      }
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1);
    const { begin, end } = grid.box([plane, 0, 0]);
    const zUm = um((begin[0] + end[0]) / 2, voxelNm[0]);
    return { zUm, mean, error: Math.sqrt(variance / Math.max(1, values.length)) };
  }).filter(({ mean }) => !Number.isNaN(mean));
}

/** A measure along z: the columns of cells under the region, and all others; bands are standard errors. */
export function depthProfile(field: QualityField, title: string, unit: string, frame: FigureFrame): string {
  const { grid, voxelNm, region } = frame;
  const columns: Box = {
    begin: [0, region.begin[1], region.begin[2]],
    end: [grid.shape[0], region.end[1], region.end[2]],
  };
  const mask = cellsInBox(grid, columns);
  const lines = [
    { name: 'elsewhere', stroke: '#57606a', points: profileOf(field, frame, (c) => !mask[c]) },
    { name: 'region', stroke: regionStroke, points: profileOf(field, frame, (c) => mask[c] === 1) },
  ];
  const all = lines.flatMap(({ points }) => points);
  const low = Math.min(...all.map(({ mean, error }) => mean - error));
  const high = Math.max(...all.map(({ mean, error }) => mean + error));
  const [left, top, width, height] = [52, 34, 260, 180];
  const depthUm = um(grid.shape[0], voxelNm[0]);
  const x = (zUm: number) => left + (width * zUm) / depthUm;
  const y = (v: number) => top + height - (height * (v - low)) / (high - low || 1);
  const parts = [
    label(left, 16, title, { 'font-weight': 'bold' }),
    element('rect', {
      x: x(um(region.begin[0], voxelNm[0])),
      y: top,
      width: x(um(region.end[0], voxelNm[0])) - x(um(region.begin[0], voxelNm[0])),
      height,
      fill: '#fbeaea',
    }),
    element('path', { d: `M${left} ${top}V${top + height}H${left + width}`, fill: 'none', stroke: '#222' }),
    ...ticks(0, depthUm).map((v) => label(x(v), top + height + 14, String(v), { 'text-anchor': 'middle' })),
    ...ticks(low, high).map((v) => label(left - 4, y(v) + 4, short(v), { 'text-anchor': 'end' })),
    label(left + width / 2, top + height + 28, 'z, µm', { 'text-anchor': 'middle' }),
    label(left, 29, unit),
  ];
  lines.forEach(({ name, stroke, points }, n) => {
    if (points.length === 0) return;
    const upper = points.map((p) => `${x(p.zUm)},${y(p.mean + p.error)}`);
    const lower = points.toReversed().map((p) => `${x(p.zUm)},${y(p.mean - p.error)}`);
    parts.push(element('polygon', { points: [...upper, ...lower].join(' '), fill: stroke, opacity: 0.15 }));
    const line = points.map((p) => `${x(p.zUm)},${y(p.mean)}`).join(' ');
    parts.push(element('polyline', { points: line, fill: 'none', stroke, 'stroke-width': 2 }));
    for (const p of points)
      parts.push(element('circle', { cx: x(p.zUm), cy: y(p.mean), r: 2, fill: stroke }));
    parts.push(label(left + width, 16 + 13 * n, name, { fill: stroke, 'text-anchor': 'end' }));
  });
  return drawing(left + width + 20, top + height + 36, title, parts);
}

/** Effects of all measures in standard errors, from L5 down: what deviates is filled. */
export function effectChart(evidence: readonly Evidence[], leastScore: number): string {
  const rowHeight = 17;
  const [left, top, width] = [210, 34, 300];
  const widest = Math.max(2 * leastScore, ...evidence.map(({ score }) => Math.min(20, Math.abs(score))));
  const x = (score: number) => left + width / 2 + (width / 2) * (Math.max(-20, Math.min(20, score)) / widest);
  const height = rowHeight * evidence.length;
  const title = 'Region less reference, in standard errors';
  const guides = [-leastScore, 0, leastScore].map((v) =>
    element('path', {
      d: `M${x(v)} ${top}V${top + height}`,
      stroke: v === 0 ? '#222' : '#bbb',
      'stroke-dasharray': v === 0 ? 'none' : '4 3',
    }),
  );
  const rows = evidence.flatMap(({ layer, measure, score, deviates }, n) => {
    const y = top + rowHeight * (n + 0.5);
    const stroke = deviates ? regionStroke : '#57606a';
    return [
      label(left - 8, y + 4, `${layer} ${measure}`, { 'text-anchor': 'end' }),
      element('path', { d: `M${x(0)} ${y}H${x(score)}`, stroke, 'stroke-width': 2 }),
      element('circle', { cx: x(score), cy: y, r: 4, fill: deviates ? stroke : '#fff', stroke }),
    ];
  });
  const axis = ticks(-widest, widest).map((v) =>
    label(x(v), top + height + 14, String(v), { 'text-anchor': 'middle' }),
  );
  return drawing(left + width + 20, top + height + 24, title, [
    label(left, 16, title, { 'font-weight': 'bold' }),
    ...guides,
    ...rows,
    ...axis,
  ]);
}
