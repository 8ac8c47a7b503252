import { BlockGrid, seededRandom, type Box } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import type { Counterfactual } from '../diagnosis/counterfactual.js';
import { diagnose } from '../diagnosis/diagnose.js';
import { diagnosisParameters } from '../diagnosis/parameters.js';
import { cellsInBox, type QualityField } from '../field.js';
import type { ReportBlock, ReportContent } from './content.js';
import { reportHtml, reportMarkdown } from './documents.js';
import { qualityReport } from './qualityReport.js';
import { spatialTrend } from './spatialTrend.js';
import { ticks } from './svg.js';

const grid = new BlockGrid([128, 256, 256], [32, 32, 32]);
const region: Box = { begin: [0, 0, 0], end: [128, 160, 160] };

const fieldOf = (measure: string, valueOf: (cell: number) => number): QualityField => ({
  measure,
  values: Float64Array.from({ length: grid.length }, (_, cell) => valueOf(cell)),
  weights: new Float64Array(grid.length).fill(1000),
});

function content(): ReportContent {
  const random = seededRandom('report');
  const inside = cellsInBox(grid, region);
  const around = (mean: number, sd: number, factor: number) => (cell: number) =>
    (mean + sd * random.normal()) * (inside[cell] ? factor : 1);
  const cells = [
    fieldOf('contrast', around(90, 5, 0.6)),
    fieldOf('residualMedianPx', around(0.3, 0.05, 1)),
    fieldOf('affinityAmbiguity', around(0.1, 0.02, 1.1)),
    fieldOf('synapseDensity', around(50, 8, 0.7)),
    fieldOf('weightPerCableUm', around(1.5, 0.2, 0.7)),
  ];
  const parameters = diagnosisParameters.parse({ permutations: 199 });
  const { diagnosis } = diagnose({ grid, cells, region }, parameters);
  return {
    dataset: 'tissue',
    description: 'planted <tissue>',
    voxelNm: [10, 10, 10],
    shape: [128, 256, 256],
    revision: 3n,
    diagnosis: {
      ...diagnosis,
      diagnosisId: 'd1',
      explainedShare: diagnosis.explainedShare?.share ?? null,
      steps: diagnosis.steps.map((s) => ({ ...s, measure: s.measure ?? null })),
      counterfactual: null,
    },
    grid,
    cells,
    flags: [{ id: '4', box: region, severity: 'exclude', layer: 'L1', reason: 'a|b', author: 'ada' }],
    runs: [
      {
        stage: 'affinities',
        layer: 'L3',
        codeRevision: 'abcdef0123456789',
        codeDirty: false,
        modelId: 'affinities-iso',
        modelHash: 'f'.repeat(64),
        parameters: { haloVoxels: 8 },
        executionProvider: 'cpu',
      },
    ],
    parameters,
  };
}

const blocks = qualityReport(content());
const text = blocks
  .map((b: ReportBlock) => ('text' in b ? b.text : 'items' in b ? b.items.join(' ') : b.caption))
  .join('\n');

describe('a report of spatial quality', () => {
  it('tells the walk and names the cause, in words with numbers', () => {
    expect(text).toContain('because of stainingGradient, a fault of L1 (images)');
    expect(text).toMatch(
      /L1 \(images\) is where it begins: contrast .* is 5\d\.?\d* in the region and (8|9)\d/,
    );
    expect(text).toMatch(/L2 \(alignment\) is normal: residualMedianPx/);
    expect(text).toContain('199 permutations');
    expect(text).toContain('affinities-iso (SHA-256 ffffffffffff)');
  });

  it('tells what making the region again showed, where that was tried', () => {
    const { diagnosis, ...rest } = content();
    const counterfactual = {
      from: 'L3',
      measures: [],
      verdict: 'none',
      layer: null,
      cause: null,
      undone: { of: 'decisionConflict', share: 0.96 },
      confirmed: true,
      refutes: [],
    } as const;
    const tried = (outcome: Counterfactual) =>
      qualityReport({
        ...rest,
        diagnosis: { ...diagnosis, cause: 'wrongThreshold', counterfactual: outcome },
      })
        .flatMap((b) => (b.kind === 'paragraph' && b.text.startsWith('Made again') ? [b.text] : []))
        .join();
    expect(tried(counterfactual)).toBe(
      "Made again from L3 on as the rest of the dataset was, 96 % of the region's effect on decisionConflict comes off, " +
        'and the same comparison says "none": wrongThreshold is confirmed.',
    );
    const stays = { ...counterfactual, undone: { of: 'decisionConflict', share: 0 }, confirmed: false };
    expect(tried({ ...stays, cause: 'wrongThreshold' })).toMatch(
      / 0 % .* says wrongThreshold: wrongThreshold is refuted/,
    );
    expect(text).not.toContain('Made again');
  });

  it('has a table of every measure that was tested, and a map and a profile of each layer', () => {
    const table = blocks.find((b) => b.kind === 'table')!;
    const tested = content().diagnosis.steps.flatMap((s) => s.measures.map((m) => m.measure));
    expect(table.kind === 'table' && table.rows.map((row) => row[1])).toEqual(tested);
    const names = blocks.flatMap((b) => (b.kind === 'figure' ? [b.name] : []));
    expect(names).toEqual([
      'effects',
      ...[
        'L1-contrast',
        'L2-residualMedianPx',
        'L3-affinityAmbiguity',
        'L4-synapseDensity',
        'L5-weightPerCableUm',
      ].flatMap((name) => [`${name}-map`, `${name}-depth`]),
    ]);
  });

  it('maps one rectangle a cell of the plane, with the value, and the region in its place', () => {
    const { cells } = content();
    const map = blocks.find((b) => b.kind === 'figure' && b.name === 'L1-contrast-map');
    const svg = map?.kind === 'figure' ? map.svg : '';
    const titles = [...svg.matchAll(/<title>([\d.]+) grey levels<\/title>/g)].map(([, v]) => Number(v));
    // The middle of the region lies in the plane of cells from voxel 64 on.
    const plane = cells[0].values.slice(2 * 64, 3 * 64);
    expect(titles).toEqual(Array.from(plane, (v) => Number(v.toPrecision(3))));
    const outline = /<rect x="46" y="34" width="([\d.]+)" height="([\d.]+)" fill="none"/.exec(svg)!;
    expect(Number(outline[1]) / Number(outline[2])).toBeCloseTo(1);
    expect(Number(outline[1])).toBeCloseTo((160 / 256) * 260, 0);
  });

  it('is one HTML file without scripts or addresses, escaped', () => {
    const html = reportHtml(blocks);
    expect(html).toContain('planted &lt;tissue&gt;');
    expect(html).not.toMatch(/<script|src=|href=/);
    expect(html.match(/<svg /g)).toHaveLength(11);
  });

  it('is Markdown with its figures beside it', () => {
    const { markdown, figures } = reportMarkdown(blocks, (name) => `figures/${name}.svg`);
    for (const path of figures.keys()) expect(markdown).toContain(`](${path})`);
    expect(figures.size).toBe(11);
    expect(markdown).toContain('a\\|b');
  });
});

describe('a spatial trend', () => {
  it('is the slope of a plane per µm, and tells a gradient from noise', () => {
    const random = seededRandom('trend');
    const plane = fieldOf('contrast', (cell) => {
      const [z, , x] = grid.position(cell);
      return 80 + 2 * (z * 0.32) - 5 * (x * 0.32);
    });
    const trend = spatialTrend(plane, grid, [10, 10, 10], 99, 's');
    expect(trend.perUm[0]).toBeCloseTo(2);
    expect(trend.perUm[1]).toBeCloseTo(0);
    expect(trend.perUm[2]).toBeCloseTo(-5);
    expect(trend.planeShare).toBeCloseTo(1);
    expect(trend.p).toBeLessThan(0.02);
    const noise = spatialTrend(
      fieldOf('contrast', () => random.normal()),
      grid,
      [10, 10, 10],
      99,
      's',
    );
    expect(noise.planeShare).toBeLessThan(0.05);
    expect(noise.p).toBeGreaterThan(0.02);
  });

  it('has no slope along an axis of one cell', () => {
    const flat = new BlockGrid([32, 256, 256], [32, 32, 32]);
    const values = Float64Array.from({ length: flat.length }, (_, cell) => flat.position(cell)[2]);
    const field = { measure: 'contrast', values, weights: new Float64Array(flat.length).fill(1) };
    const { perUm } = spatialTrend(field, flat, [10, 10, 10], 99, 's');
    expect(perUm[0]).toBeNaN();
    expect(perUm[2]).toBeCloseTo(1 / 0.32);
  });
});

it('ticks are round and inside', () => {
  expect(ticks(0, 2.56)).toEqual([0, 1, 2]);
  expect(ticks(0.31, 0.52)).toEqual([0.4, 0.5]);
});
