import { BlockGrid, boxOfShape, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { measureDeformation, strainAt } from './deformation.js';
import { alignmentParameters } from './parameters.js';
import { measureResidual, measureResidualIn } from './residual.js';
import { tissue, view } from './synthetic-tissue.fixture.js';
import { alignedOfTilePixel, tilePointsOfAligned } from './tile-mapping.js';
import { identityTransform, montageOfAligned, alignedOfMontage, type SectionTransform } from './transform.js';
import { residualAgainstTruth } from './truth.js';

// Small patches, so that few lie across the border of the shift.
const { residual } = alignmentParameters.parse({ residual: { patchPx: 40 } });
const frame = [160, 160] as const;

/** Sections of which every odd one is shifted by (1.5, −2) px in its right half. */
function shifted(depth: number) {
  const data = new Uint8Array(depth * 160 * 160);
  tissue(depth, frame, 8, 0.9).forEach((section, z) => {
    const where = (y: number, x: number) =>
      z % 2 === 1 && x >= 80 ? ([y + 8 - 1.5, x + 8 + 2] as const) : ([y + 8, x + 8] as const);
    data.set(view(section, frame, where, 5, `n${z}`).data, z * 160 * 160);
  });
  return { data, shape: [depth, 160, 160] as Vec3 };
}

describe('measureResidual', () => {
  const volume = shifted(6);
  const cells = new BlockGrid(volume.shape, [3, 160, 80]);
  const measured = measureResidual(volume, boxOfShape(volume.shape), cells, residual);
  const value = (cell: number, measure: string) =>
    measured.find((m) => m.cell === cell && m.measure === measure)!.value;

  it('finds where sections do not meet, and by how much', () => {
    for (const row of [0, 2]) {
      expect(value(row, 'residualMedianPx')).toBeLessThan(0.3);
      // 2.5 px, less where a patch lies across the border of the shift.
      expect(value(row + 1, 'residualMedianPx')).toBeGreaterThan(2);
      expect(value(row + 1, 'residualMedianPx')).toBeLessThan(2.8);
      expect(value(row, 'neighbourCorrelation')).toBeGreaterThan(
        value(row + 1, 'neighbourCorrelation') + 0.1,
      );
    }
  });

  it('is the same when the block is measured in two parts that share a section', () => {
    const plane = 160 * 160;
    const low = { data: volume.data.subarray(0, 4 * plane), shape: [4, 160, 160] as Vec3 };
    const high = { data: volume.data.subarray(3 * plane), shape: [3, 160, 160] as Vec3 };
    const parts = [
      ...measureResidual(low, boxOfShape(low.shape), cells, residual),
      ...measureResidual(high, { begin: [3, 0, 0], end: [6, 160, 160] }, cells, residual),
    ];
    expect(parts).toEqual(measured);
  });

  it('gives the same by several grids at once', () => {
    const box = boxOfShape(volume.shape);
    const sections = new BlockGrid(volume.shape, [1, 160, 160]);
    const [byCell, bySection] = measureResidualIn(volume, box, [cells, sections], residual);
    expect(byCell).toEqual(measured);
    expect(bySection).toEqual(measureResidual(volume, box, sections, residual));
    expect(new Set(bySection.map(({ cell }) => cell))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('says nothing of pairs with a missing section', () => {
    const holed = { data: volume.data.slice(), shape: volume.shape };
    holed.data.fill(0, 160 * 160, 2 * 160 * 160);
    const few = measureResidual(
      holed,
      boxOfShape(volume.shape),
      new BlockGrid(volume.shape, [1, 160, 160]),
      residual,
    );
    expect([...new Set(few.map((m) => m.cell))]).toEqual([2, 3, 4]);
  });
});

describe('transforms', () => {
  const bent: SectionTransform = {
    ...identityTransform(4, frame, 64),
    affine: [1.02, 0.01, 3, -0.015, 0.99, -4],
  };
  const mesh = { ...bent.mesh, dy: bent.mesh.dy.map((_, k) => ((k * 7) % 5) - 2) };
  const transform = { ...bent, mesh };

  it('are inverted', () => {
    for (const [y, x] of [
      [0, 0],
      [50.5, 120],
      [159, 159],
    ]) {
      const [my, mx] = montageOfAligned(transform, y, x);
      const [ay, ax] = alignedOfMontage(transform, my, mx);
      expect(Math.hypot(ay - y, ax - x)).toBeLessThan(1e-4);
    }
  });

  it('map tile pixels to the aligned volume and back', () => {
    const tiles = [0, 100].map((x0, k) => ({
      id: `t${k}`,
      shape: [160, 120] as const,
      affine: [1, 0, 0, 0, 1, x0] as const,
    }));
    const montage = { section: 4, tiles, residualPx: [] };
    const [y, x] = alignedOfTilePixel(tiles[1], transform, 80, 5);
    const points = tilePointsOfAligned(montage, transform, y, x);
    expect(points.map((p) => p.tile.id)).toEqual(['t0', 't1']);
    expect(points[1].y).toBeCloseTo(80, 3);
    expect(points[1].x).toBeCloseTo(5, 3);
    expect(points[0].x).toBeCloseTo(105, 3);
    expect(points[0].depthPx).toBeGreaterThan(points[1].depthPx);
  });

  it('have the strain of their Jacobian', () => {
    expect(strainAt({ ...bent, affine: [1.03, 0, 5, 0, 0.98, -2] }, 70, 70)).toBeCloseTo(0.03, 6);
    const turned = {
      ...bent,
      affine: [Math.cos(0.1), -Math.sin(0.1), 0, Math.sin(0.1), Math.cos(0.1), 0],
    } as const;
    expect(strainAt(turned, 70, 70)).toBeCloseTo(0, 6);
    const cells = new BlockGrid([4, 160, 160], [2, 160, 160]);
    const strained = measureDeformation([undefined, undefined, turned, transform], cells);
    expect(strained.map((m) => [m.cell, m.measure, m.weight])).toEqual([
      [1, 'deformation', 18],
      [1, 'driftPx', 18],
    ]);
    expect(strained[0].value).toBeGreaterThan(0.005);
    const moved = { ...identityTransform(4, frame, 64), affine: [1, 0, 3, 0, 1, -4] } as const;
    const [, drift] = measureDeformation([moved], new BlockGrid([1, 160, 160], [1, 160, 160]));
    expect(drift.value).toBeCloseTo(5, 9);
  });

  it('are judged against the truth up to one affine map', () => {
    const montages = [4, 5].map((section) => ({
      section,
      tiles: [{ id: `${section}`, shape: frame, affine: [1, 0, 0, 0, 1, 0] as const }],
      residualPx: [],
    }));
    const transforms = [4, 5].map((section) => identityTransform(section, frame, 64));
    const placed = residualAgainstTruth(transforms, montages, (_, y, x) => [1.01 * y + 4, x - 0.02 * y - 7]);
    expect(placed.maxPx).toBeLessThan(1e-6);
    const off = residualAgainstTruth(transforms, montages, (t, y, x) => [y + (t.id === '5' ? 3 : 0), x]);
    expect(off.medianPx).toBeCloseTo(1.5, 6);
  });
});
