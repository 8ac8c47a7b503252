import { BlockGrid, seededRandom, type Box, type CellMeasurement, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { agglomerate } from './agglomeration.js';
import { measureAffinities, measureAgglomeration } from './measures.js';
import { agglomerationParameters } from './parameters.js';
import { regionEdges, type LabelledBlock } from './regionEdges.js';
import { supervoxelTable } from './supervoxelTable.js';

const valueOf = (rows: readonly CellMeasurement[], measure: string, cell: number) =>
  rows.find((row) => row.measure === measure && row.cell === cell)?.value;

describe('measureAffinities', () => {
  const shape: Vec3 = [4, 6, 8];
  const volume: Box = { begin: [0, 0, 0], end: shape };
  /** Cells that end with no block: the last along y and x are cut. */
  const cells = new BlockGrid(shape, [2, 4, 5]);

  it('takes the mean and the undecided of each cell, without links across the low faces', () => {
    const affinities = new Uint8Array(3 * 192).fill(255);
    // Links that lead out of the volume: of z, y and x in turn.
    for (let i = 0; i < 48; i++) affinities[i] = 0;
    const [first] = measureAffinities(affinities, volume, cells);
    expect(first).toEqual({ cell: 0, measure: 'meanAffinity', value: 1, weight: 20 + 30 + 32 });
    affinities.fill(128, 3 * 192 - 8);
    const rows = measureAffinities(affinities, volume, cells);
    expect(valueOf(rows, 'affinityAmbiguity', 0)).toBe(0);
    // The last row of x links: 5 of cell (1, 1, 0), less its first, and 3 of (1, 1, 1).
    expect(valueOf(rows, 'affinityAmbiguity', 6)).toBe(4 / (20 + 20 + 16));
    expect(valueOf(rows, 'affinityAmbiguity', 7)).toBe(3 / (12 + 12 + 12));
  });

  it('gives parts that add up to the whole, however boxes and cells lie', () => {
    const random = seededRandom('affinities');
    const affinities = Uint8Array.from({ length: 3 * 192 }, () => random.below(256));
    const whole = measureAffinities(affinities, volume, cells);
    const blocks = new BlockGrid(shape, [3, 3, 3]);
    const parts = [...blocks.positions()].flatMap((position) => {
      const box = blocks.box(position);
      const cut: number[] = [];
      for (let c = 0; c < 3; c++)
        for (let z = box.begin[0]; z < box.end[0]; z++)
          for (let y = box.begin[1]; y < box.end[1]; y++)
            for (let x = box.begin[2]; x < box.end[2]; x++)
              cut.push(affinities[((c * shape[0] + z) * shape[1] + y) * shape[2] + x]);
      return measureAffinities(Uint8Array.from(cut), box, cells);
    });
    for (const { cell, measure, value, weight } of whole) {
      const own = parts.filter((p) => p.cell === cell && p.measure === measure);
      expect(own.reduce((sum, p) => sum + p.weight, 0)).toBe(weight);
      expect(own.reduce((sum, p) => sum + p.value * p.weight, 0)).toBeCloseTo(value * weight, 9);
    }
  });
});

describe('measureAgglomeration', () => {
  /** Four supervoxels of 4×4×4 voxels in a row along x; 1 and 2 in the first cell, 3 and 4 in the second. */
  const shape: Vec3 = [4, 4, 16];
  const cells = new BlockGrid(shape, [4, 4, 8]);
  const voxelNm: Vec3 = [10, 10, 10];
  const labels = Uint32Array.from({ length: 256 }, (_, i) => 1 + Math.floor((i % 16) / 4));
  const block: LabelledBlock = { blockIndex: 0, labels, shape };
  const glia = Uint8Array.from(labels, (label) => (label === 4 ? 128 : 0));
  const box: Box = { begin: [0, 0, 0], end: shape };

  function measure(contacts: readonly [number, number, number], threshold: number, dustVoxels = 0) {
    const affinities = new Uint8Array(3 * 256).fill(255);
    contacts.forEach((affinity, n) => {
      for (let i = 0; i < 16; i++) affinities[512 + 16 * i + 4 * (n + 1)] = affinity;
    });
    const edges = regionEdges(block, [], affinities);
    const supervoxels = supervoxelTable(block, 4, box, { glia, vessel: new Uint8Array(256) });
    const parameters = agglomerationParameters.parse({
      agglomerationThreshold: threshold,
      dustVoxels,
      dustAffinity: 1,
      classVoxels: 0,
    });
    const agglomeration = agglomerate(edges, supervoxels, parameters);
    return measureAgglomeration({ edges, supervoxels, agglomeration }, cells, voxelNm, parameters);
  }

  it('counts supervoxels per volume and doubts those of no clear class', () => {
    const rows = measure([255, 0, 0], 0.5);
    expect(valueOf(rows, 'supervoxelDensity', 0)).toBeCloseTo(2 / (128 * 1e-6), 6);
    expect(valueOf(rows, 'classAmbiguity', 0)).toBe(0);
    expect(valueOf(rows, 'classAmbiguity', 1)).toBeCloseTo((127 / 255) * 0.5, 6);
  });

  it('says how far decisions were from the threshold, at the place of the contact', () => {
    // 1–2 in cell 0; 2–3 at the border, where the far side has it; 3–4 in cell 1.
    const rows = measure([204, 26, 115], 0.5);
    expect(valueOf(rows, 'agglomerationMargin', 0)).toBeCloseTo(204 / 255 - 0.5, 9);
    expect(valueOf(rows, 'agglomerationMargin', 1)).toBeCloseTo((0.5 - 26 / 255 + 0.5 - 115 / 255) / 2, 9);
    expect(valueOf(rows, 'mergeIndex', 0)).toBe(0);
    expect(valueOf(rows, 'splitIndex', 0)).toBeUndefined();
    expect(valueOf(rows, 'splitIndex', 1)).toBe(0.5);
    expect(valueOf(measure([140, 26, 0], 0.5), 'mergeIndex', 0)).toBe(1);
  });

  it('counts small fragments where they lie, and orphans only inside the volume', () => {
    const rows = measure([255, 255, 0], 0.5, 100);
    expect([0, 1].map((cell) => valueOf(rows, 'smallFragmentDensity', cell)! * 128e-6)).toEqual([0, 1]);
    expect([0, 1].map((cell) => valueOf(rows, 'orphanDensity', cell))).toEqual([0, 0]);
    const inside = orphanRows();
    expect([0, 1].map((cell) => valueOf(inside, 'orphanDensity', cell)! > 0)).toEqual([false, true]);
  });

  /** One segment of 2×2×2 voxels in the second cell, touching no face. */
  function orphanRows(): CellMeasurement[] {
    const alone = new Uint32Array(256);
    for (const z of [1, 2]) for (const y of [1, 2]) for (const x of [12, 13]) alone[(z * 4 + y) * 16 + x] = 1;
    const own: LabelledBlock = { ...block, labels: alone };
    const edges = regionEdges(own, [], new Uint8Array(768));
    const supervoxels = supervoxelTable(own, 1, box);
    const parameters = agglomerationParameters.parse({ dustVoxels: 0 });
    const agglomeration = agglomerate(edges, supervoxels, parameters);
    return measureAgglomeration({ edges, supervoxels, agglomeration }, cells, voxelNm, parameters);
  }
});
