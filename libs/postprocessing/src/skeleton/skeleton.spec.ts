import { BlockGrid, copyOverlap, growBox, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { skeletonParameters } from '../parameters.js';
import { toPrecomputedSkeleton, toSwc } from './formats.js';
import { fillHoles } from './fillHoles.js';
import { joinParts } from './joinParts.js';
import { maskOf, pooledCrop, poolInto, poolObject, skeletonFactor, type ObjectCrop } from './pooling.js';
import { makeSkeleton, type Skeleton } from './skeleton.js';
import { smoothPaths } from './smoothPaths.js';
import { skeletonize } from './teasar.js';

const fine = skeletonParameters.parse({ resolutionNm: 1, scale: 1.5, constNm: 60, minComponentUm3: 0 });

type Inside = (z: number, y: number, x: number) => boolean;

/** Draws a shape given in nanometres over the voxel centres of a box in a larger volume. */
function draw(inside: Inside, box: Box, voxelNm: Vec3, volumeShape: Vec3 = [1000, 1000, 1000]): ObjectCrop {
  const mask: number[] = [];
  for (let z = box.begin[0]; z < box.end[0]; z++)
    for (let y = box.begin[1]; y < box.end[1]; y++)
      for (let x = box.begin[2]; x < box.end[2]; x++)
        mask.push(inside((z + 0.5) * voxelNm[0], (y + 0.5) * voxelNm[1], (x + 0.5) * voxelNm[2]) ? 1 : 0);
  return { mask: Uint8Array.from(mask), box, voxelNm, volumeShape };
}

/** Distance from a point to a segment; shapes are unions of round-ended tubes. */
function toSegment(p: number[], a: number[], b: number[]): number {
  const along = b.map((v, k) => v - a[k]);
  const length2 = along.reduce((s, v) => s + v * v, 0);
  const t = Math.min(1, Math.max(0, along.reduce((s, v, k) => s + v * (p[k] - a[k]), 0) / length2));
  return Math.hypot(...p.map((v, k) => v - a[k] - t * along[k]));
}

const tube =
  (a: number[], b: number[], radiusNm: number): Inside =>
  (z, y, x) =>
    toSegment([z, y, x], a, b) <= radiusNm;

const union =
  (...shapes: Inside[]): Inside =>
  (z, y, x) =>
    shapes.some((shape) => shape(z, y, x));

const vertices = (s: Skeleton) =>
  Array.from({ length: s.radiiNm.length }, (_, v) => [...s.verticesNm.subarray(3 * v, 3 * v + 3)]);

describe('skeletonize', () => {
  const box: Box = { begin: [10, 20, 30], end: [40, 60, 130] };
  const [a, b] = [
    [250, 400, 400],
    [250, 400, 1200],
  ];

  it('runs along the axis of a straight tube, tip to tip', () => {
    const found = skeletonize(draw(tube(a, b, 60), box, [10, 10, 10]), fine);
    expect(found.deadEnds).toHaveLength(2);
    expect(found.branchPoints).toHaveLength(0);
    expect(found.cableNm).toBeGreaterThan(800);
    expect(found.cableNm).toBeLessThan(800 + 120 + 60);
    const inner = vertices(found).filter(([, , x]) => x > 420 && x < 1180);
    for (const p of inner) expect(toSegment(p, a, b)).toBeLessThan(15);
    // Distances to the boundary run between voxel centres: up to a voxel and its diagonal above the true radius.
    vertices(found).forEach(([, , x], v) => {
      if (x > 420 && x < 1180) expect(Math.abs(found.radiiNm[v] - 60)).toBeLessThan(12);
    });
  });

  it('gives the same skeleton of an anisotropic volume within its coarser voxels', () => {
    const coarse: Box = { begin: [2, 20, 30], end: [10, 60, 130] };
    const found = skeletonize(draw(tube(a, b, 80), coarse, [40, 10, 10]), fine);
    expect(found.deadEnds).toHaveLength(2);
    expect(found.cableNm).toBeGreaterThan(800);
    expect(found.cableNm).toBeLessThan(1050);
  });

  it('finds the one branch point and three ends of a fork, where the arms meet', () => {
    const fork = union(
      tube([250, 400, 400], [250, 400, 800], 40),
      tube([250, 400, 800], [250, 250, 1150], 40),
      tube([250, 400, 800], [250, 550, 1150], 40),
    );
    const found = skeletonize(draw(fork, { begin: [10, 15, 30], end: [40, 65, 125] }, [10, 10, 10]), fine);
    expect(found.deadEnds).toHaveLength(3);
    expect(found.branchPoints).toHaveLength(1);
    const at = vertices(found)[found.branchPoints[0]];
    expect(Math.hypot(at[0] - 250, at[1] - 400, at[2] - 800)).toBeLessThan(90);
    expect(Math.abs(found.cableNm / (400 + 2 * Math.hypot(150, 350) + 120) - 1)).toBeLessThan(0.1);
  });

  it('keeps a branch beside another one, since paths account for voxels along the inside only', () => {
    const hairpin = union(
      tube([250, 300, 400], [250, 300, 1200], 40),
      tube([250, 420, 400], [250, 420, 1200], 40),
      tube([250, 300, 1200], [250, 420, 1200], 40),
    );
    const found = skeletonize(
      draw(hairpin, { begin: [10, 15, 30], end: [40, 60, 130] }, [10, 10, 10]),
      skeletonParameters.parse({ resolutionNm: 1, constNm: 200 }),
    );
    expect(found.deadEnds).toHaveLength(2);
    expect(found.cableNm).toBeGreaterThan(1650);
  });

  it('does not depend on the margin of the crop', () => {
    const fork = union(
      tube([250, 400, 400], [250, 400, 800], 40),
      tube([250, 400, 800], [350, 250, 1150], 40),
    );
    const tight: Box = { begin: [18, 15, 33], end: [45, 50, 123] };
    for (const parameters of [fine, skeletonParameters.parse({})]) {
      const one = skeletonize(draw(fork, tight, [10, 10, 10]), parameters);
      const other = skeletonize(draw(fork, growBox(tight, [3, 5, 7]), [10, 10, 10]), parameters);
      expect(other).toEqual(one);
      expect(one.deadEnds).toHaveLength(2);
    }
  });

  it('starts at the soma and gives it no path of its own', () => {
    const soma: Inside = (z, y, x) =>
      Math.hypot(z - 500, y - 500, x - 500) <= 300 && Math.hypot(z - 500, y - 500, x - 500) > 90;
    const cell = union(
      soma,
      tube([500, 500, 700], [500, 500, 1500], 40),
      tube([500, 700, 500], [500, 1300, 500], 40),
    );
    const cellBox: Box = { begin: [15, 15, 15], end: [85, 135, 156] };
    const found = skeletonize(draw(cell, cellBox, [10, 10, 10]), {
      ...fine,
      somaDetectNm: 80,
      somaAcceptNm: 200,
      somaConstNm: 60,
      somaScale: 1.2,
    });
    expect(found.deadEnds).toHaveLength(2);
    const root = vertices(found)[0];
    expect(Math.hypot(root[0] - 500, root[1] - 500, root[2] - 500)).toBeLessThan(20);
    // From the centre to each tip; the hollow nucleus was filled, or the root could not be there.
    expect(Math.abs(found.cableNm / (1040 + 840) - 1)).toBeLessThan(0.08);
  });

  it('joins parts across a small gap and leaves far ones apart', () => {
    const broken = union(
      tube([250, 400, 400], [250, 400, 700], 40),
      tube([250, 400, 820], [250, 400, 1200], 40),
    );
    const crop = draw(broken, box, [10, 10, 10]);
    expect(skeletonize(crop, { ...fine, joinGapNm: 100 }).deadEnds).toHaveLength(2);
    expect(skeletonize(crop, { ...fine, joinGapNm: 0 }).deadEnds).toHaveLength(4);
  });

  it('gives an object of one voxel one vertex, and an empty one none', () => {
    const crop = (mask: number[]): ObjectCrop => ({
      mask: Uint8Array.from(mask),
      box: { begin: [5, 5, 5], end: [6, 6, 7] },
      voxelNm: [10, 10, 10],
      volumeShape: [9, 9, 9],
    });
    const one = skeletonize(crop([1, 0]), fine);
    expect([...one.verticesNm]).toEqual([55, 55, 55]);
    expect(one.cableNm).toBe(0);
    expect(skeletonize(crop([0, 0]), fine).radiiNm).toHaveLength(0);
  });
});

describe('pooling', () => {
  it('picks powers of two by width, then all axes alike by size', () => {
    const box: Box = { begin: [0, 0, 0], end: [100, 1000, 1000] };
    expect(skeletonFactor(box, [40, 4, 4], { resolutionNm: 20, maxCropVoxels: 1e9 })).toEqual([1, 4, 4]);
    expect(skeletonFactor(box, [40, 4, 4], { resolutionNm: 20, maxCropVoxels: 1e6 })).toEqual([2, 8, 8]);
    expect(skeletonFactor(box, [10, 10, 10], { resolutionNm: 20, maxCropVoxels: 1e9 })).toEqual([2, 2, 2]);
  });

  it('marks a coarse voxel when any of its fine ones is, on a grid anchored at voxel 0', () => {
    const crop: ObjectCrop = {
      mask: Uint8Array.from([1, 0, 0, 1, 0]),
      box: { begin: [3, 0, 5], end: [4, 1, 10] },
      voxelNm: [10, 10, 10],
      volumeShape: [8, 1, 10],
    };
    const pooled = poolObject(crop, [2, 1, 2]);
    expect(pooled.box).toEqual({ begin: [1, 0, 2], end: [2, 1, 5] });
    expect([...pooled.mask]).toEqual([1, 0, 1]);
    expect(pooled.voxelNm).toEqual([20, 10, 20]);
    expect(shapeOf(pooled.box)).toEqual([1, 1, 3]);
  });

  it('is the same from blocks, of which some lie beside the object', () => {
    const crop = draw(
      tube([250, 400, 400], [300, 420, 700], 60),
      { begin: [15, 30, 31], end: [41, 53, 81] },
      [10, 10, 10],
      [60, 60, 90],
    );
    const target = pooledCrop(crop.box, crop.voxelNm, crop.volumeShape, [2, 4, 4]);
    const grid = new BlockGrid(crop.volumeShape, [16, 25, 25]);
    for (const position of grid.positions()) {
      const box = grid.box(position);
      const mask = new Uint8Array(voxelsIn(box));
      copyOverlap(crop.mask, crop.box, mask, box);
      poolInto(target, [2, 4, 4], mask, box);
    }
    expect(target).toEqual(poolObject(crop, [2, 4, 4]));
    expect(target.mask.some((v) => v === 1)).toBe(true);
    expect(skeletonFactor(target.box, target.voxelNm, { resolutionNm: 40, maxCropVoxels: 1e6 })).toEqual([
      2, 1, 1,
    ]);
  });

  it('refuses a mask that does not fill its box', () => {
    expect(() =>
      poolObject(
        {
          mask: new Uint8Array(3),
          box: { begin: [0, 0, 0], end: [1, 1, 2] },
          voxelNm: [1, 1, 1],
          volumeShape: [9, 9, 9],
        },
        [2, 2, 2],
      ),
    ).toThrow(/does not fill 0,0,0:1,1,2/);
  });

  it('picks the voxels of a 64-bit id', () => {
    const id = (7n << 32n) | 5n;
    expect([...maskOf(BigUint64Array.from([5n, id, 7n << 32n, id]), id)]).toEqual([0, 1, 0, 1]);
  });
});

describe('fillHoles', () => {
  it('fills what is closed and leaves what is open', () => {
    const mask = new Uint8Array(125).fill(1);
    mask[62] = 0;
    mask[0] = 0;
    fillHoles(mask, [5, 5, 5]);
    expect(mask[62]).toBe(1);
    expect(mask[0]).toBe(0);
  });
});

describe('joinParts', () => {
  it('makes no cycle and takes the nearest pair', () => {
    const points = Float32Array.from([0, 0, 0, 0, 0, 10, 0, 0, 15, 0, 0, 25, 0, 3, 12]);
    expect([...joinParts(points, [0, 1, 2, 3], 6)]).toEqual([0, 1, 2, 3, 1, 4, 2, 4]);
  });
});

describe('formats', () => {
  const skeleton = makeSkeleton(
    Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    Uint32Array.from([1, 0, 1, 2]),
    Float32Array.from([10, 20, 30]),
  );

  it('writes SWC with parents before children, axes x y z', () => {
    expect(toSwc(skeleton, ['segment 5'])).toBe(
      '# segment 5\n# units nm, axes x y z\n1 0 3 2 1 10 -1\n2 0 6 5 4 20 1\n3 0 9 8 7 30 2\n',
    );
  });

  it('writes a precomputed skeleton', () => {
    const bytes = toPrecomputedSkeleton(skeleton);
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([3, 2]);
    expect(new Float32Array(bytes.buffer, 8, 9)).toEqual(Float32Array.from([3, 2, 1, 6, 5, 4, 9, 8, 7]));
    expect(new Uint32Array(bytes.buffer, 44, 4)).toEqual(skeleton.edges);
    expect(new Float32Array(bytes.buffer, 60, 3)).toEqual(skeleton.radiiNm);
    expect(bytes).toHaveLength(72);
  });
});

describe('smoothPaths', () => {
  it('straightens a zigzag and leaves ends and branch points where they are', () => {
    const points = Array.from({ length: 41 }, (_, v) => [0, 10 * (v % 2), 10 * v]);
    points.push([200, 0, 200]);
    const zigzag = Float32Array.from(points.flat());
    const edges = [...Array.from({ length: 40 }, (_, v) => [v, v + 1]), [20, 41]].flat();
    const length = () => makeSkeleton(zigzag, Uint32Array.from(edges), new Float32Array(42)).cableNm - 200;
    const before = length();
    expect(before).toBeCloseTo(40 * Math.SQRT2 * 10, 1);
    smoothPaths(zigzag, edges, 4);
    expect(length()).toBeLessThan(0.75 * before);
    expect(length()).toBeGreaterThan(400);
    for (const v of [0, 20, 40, 41]) expect([...zigzag.subarray(3 * v, 3 * v + 3)]).toEqual(points[v]);
  });
});
