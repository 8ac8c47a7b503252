import {
  BlockGrid,
  copyOverlap,
  growBox,
  intersectBox,
  seededRandom,
  voxelsIn,
  type Box,
  type Vec3,
} from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { synapseParameters } from '../parameters.js';
import type { SynapseRecord } from './record.js';
import { synapsesOfBlock, synapseSource, type SynapseBlock } from './synapsesOfBlock.js';

const voxelNm: Vec3 = [10, 10, 10];
const parameters = synapseParameters.parse({ maxExtentNm: 200, partnerRadiusNm: 60, minAreaUm2: 0 });
const glia = 99n;

/** A volume on which plates of cleft are drawn between segments that are columns along z, eight voxels wide. */
class Scene {
  readonly channels: Uint8Array;
  readonly segmentation: BigUint64Array;

  constructor(
    readonly shape: Vec3,
    segmentAt: (y: number, x: number) => bigint = (_, x) => BigInt(1 + Math.floor(x / 8)),
  ) {
    const n = shape[0] * shape[1] * shape[2];
    this.channels = new Uint8Array(4 * n);
    this.segmentation = new BigUint64Array(n);
    this.each(this.volume, (i, _z, y, x) => (this.segmentation[i] = segmentAt(y, x)));
  }

  get volume(): Box {
    return { begin: [0, 0, 0], end: this.shape };
  }

  each(box: Box, visit: (i: number, z: number, y: number, x: number) => void): void {
    const cut = intersectBox(box, this.volume);
    for (let z = cut.begin[0]; z < cut.end[0]; z++)
      for (let y = cut.begin[1]; y < cut.end[1]; y++)
        for (let x = cut.begin[2]; x < cut.end[2]; x++)
          visit((z * this.shape[1] + y) * this.shape[2] + x, z, y, x);
  }

  paint(channel: number, box: Box, value: number): void {
    this.each(box, (i) => (this.channels[channel * this.segmentation.length + i] = value));
  }

  /** A cleft of 6×6×2 voxels at the border x, with vesicles on its lower side and density on its upper side. */
  synapse([z, y, x]: Vec3, excitatory: number, cleft = 230): void {
    this.paint(1, { begin: [z - 3, y - 3, x - 1], end: [z + 3, y + 3, x + 1] }, cleft);
    this.paint(0, { begin: [z - 3, y - 3, x - 6], end: [z + 3, y + 3, x - 1] }, 200);
    this.paint(2, { begin: [z - 3, y - 3, x + 1], end: [z + 3, y + 3, x + 3] }, 200);
    this.paint(3, { begin: [z - 3, y - 3, x - 6], end: [z + 3, y + 3, x + 3] }, excitatory);
  }

  block(block: Box, extra: Vec3 = [0, 0, 0], p = parameters): SynapseBlock {
    const box = intersectBox(growBox(synapseSource(block, this.shape, voxelNm, p), extra), this.volume);
    const channels = new Uint8Array(4 * voxelsIn(box));
    const segmentation = new BigUint64Array(voxelsIn(box));
    copyOverlap(this.channels, this.volume, channels, box, 4);
    copyOverlap(this.segmentation, this.volume, segmentation, box);
    return {
      channels,
      segmentation,
      box,
      block,
      volumeShape: this.shape,
      voxelNm,
      excluded: (id) => id === glia,
    };
  }

  find(blockShape: Vec3 = this.shape, p = parameters): SynapseRecord[] {
    return [...new BlockGrid(this.shape, blockShape).positions()]
      .flatMap((at) =>
        synapsesOfBlock(this.block(new BlockGrid(this.shape, blockShape).box(at), [0, 0, 0], p), p),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  segmentAt([z, y, x]: Vec3): bigint {
    return this.segmentation[(z * this.shape[1] + y) * this.shape[2] + x];
  }
}

describe('synapsesOfBlock', () => {
  it('finds partners, kind, points inside the segments and the area of a plate', () => {
    const scene = new Scene([20, 20, 24]);
    scene.synapse([8, 9, 8], 255);
    scene.synapse([8, 9, 16], 0);
    const [first, second, ...rest] = scene.find();
    expect(rest).toEqual([]);
    expect([first.preSegment, first.postSegment, first.kind]).toEqual([1n, 2n, 'excitatory']);
    expect([second.preSegment, second.postSegment, second.kind]).toEqual([2n, 3n, 'inhibitory']);
    for (const s of [first, second]) {
      expect(scene.segmentAt(s.prePoint)).toBe(s.preSegment);
      expect(scene.segmentAt(s.postPoint)).toBe(s.postSegment);
      expect(s.cleftVoxels).toBe(72);
      expect(s.areaNm2).toBeCloseTo(3600, 0);
      expect(s.siteId).toBe(BigInt((s.cleftPoint[0] * 20 + s.cleftPoint[1]) * 24 + s.cleftPoint[2]));
      expect(s.id).toBe(16n * s.siteId);
      expect(s.unassigned).toBe('none');
      expect(s.directionCertainty).toBeGreaterThan(0.6);
      expect(s.confidence).toBeGreaterThan(0.05);
      expect(s.confidence).toBeLessThanOrEqual(1);
    }
  });

  it('gives the same records however the volume is cut, and whatever more is read', () => {
    const random = seededRandom('scene');
    const scene = new Scene([40, 60, 64], (y, x) => BigInt(1 + Math.floor(x / 8) + 8 * Math.floor(y / 15)));
    for (let n = 0; n < 60; n++)
      scene.synapse(
        [3 + random.below(34), 3 + random.below(54), 8 * (1 + random.below(7))],
        random.below(256),
        130 + random.below(120),
      );
    const wide = synapseParameters.parse({ ...parameters, maxExtentNm: 400 });
    const reference = scene.find([40, 60, 64], wide);
    expect(reference.length).toBeGreaterThan(20);
    expect(reference.some((s) => s.split)).toBe(false);
    for (const blockShape of [
      [16, 16, 16],
      [40, 9, 64],
      [7, 60, 20],
    ] as Vec3[])
      expect(scene.find(blockShape, wide)).toEqual(reference);
    const block: Box = { begin: [10, 20, 20], end: [30, 40, 44] };
    const own = synapsesOfBlock(scene.block(block, [0, 0, 0], wide), wide);
    expect(own.length).toBeGreaterThan(0);
    expect(synapsesOfBlock(scene.block(block, [5, 9, 7], wide), wide)).toEqual(own);
  });

  it('splits a cleft that is too wide at the faces of the grid, once and completely', () => {
    const scene = new Scene([60, 20, 24]);
    scene.paint(1, { begin: [5, 5, 7], end: [55, 11, 9] }, 230);
    scene.paint(0, { begin: [5, 5, 2], end: [55, 11, 7] }, 200);
    scene.paint(2, { begin: [5, 5, 9], end: [55, 11, 12] }, 200);
    const found = scene.find([20, 20, 24]);
    expect(found.map((s) => [s.split, s.cleftVoxels, s.preSegment, s.postSegment])).toEqual([
      [true, 15 * 12, 1n, 2n],
      [true, 20 * 12, 1n, 2n],
      [true, 15 * 12, 1n, 2n],
    ]);
    expect(scene.find([20, 20, 24], { ...parameters, maxExtentNm: 500 })).toHaveLength(1);
  });

  it('gives a polyadic site one record for each partner, largest first', () => {
    const scene = new Scene([20, 20, 24], (y, x) => (x < 8 ? 1n : y < 10 ? 2n : 3n));
    scene.synapse([8, 10, 8], 255);
    scene.paint(2, { begin: [5, 10, 9], end: [11, 13, 11] }, 220);
    const found = scene.find();
    expect(found.map((s) => [s.preSegment, s.postSegment, s.id - 16n * s.siteId])).toEqual([
      [1n, 3n, 0n],
      [1n, 2n, 1n],
    ]);
    expect(scene.find(scene.shape, { ...parameters, minPostShare: 0.5 }).map((s) => s.postSegment)).toEqual([
      3n,
    ]);
  });

  it('divides a cleft on which two segments release, and keeps pieces whole otherwise', () => {
    const scene = new Scene([20, 24, 24], (y, x) => (x >= 8 ? 9n : y < 12 ? 1n : 2n));
    scene.synapse([8, 8, 8], 255);
    scene.synapse([8, 15, 8], 255);
    scene.paint(1, { begin: [7, 8, 7], end: [9, 15, 9] }, 230);
    const found = scene.find();
    expect(found.map((s) => [s.preSegment, s.postSegment])).toEqual([
      [1n, 9n],
      [2n, 9n],
    ]);
    expect(found[0].cleftVoxels + found[1].cleftVoxels).toBe(2 * 72 + 4);
    expect(scene.find([20, 9, 24])).toEqual(found);
    expect(scene.find(scene.shape, { ...parameters, minPreShare: 1 })).toHaveLength(1);
  });

  it('takes no glia for a partner, and says when one is missing', () => {
    const scene = new Scene([20, 20, 24], (_, x) => (x < 8 ? 1n : glia));
    scene.synapse([8, 9, 8], 255);
    const [only] = scene.find();
    expect([only.preSegment, only.postSegment, only.unassigned, only.directionCertainty]).toEqual([
      1n,
      0n,
      'post',
      0,
    ]);
    expect(only.postPoint).toEqual(only.cleftPoint);
  });

  it('does not take the vesicles of a neighbouring synapse for its own', () => {
    const scene = new Scene([30, 20, 24]);
    scene.synapse([6, 9, 8], 255);
    // The other way round, a few voxels below: more vesicles, in the segment that is postsynaptic above.
    scene.paint(1, { begin: [12, 6, 7], end: [18, 12, 9] }, 230);
    scene.paint(0, { begin: [12, 3, 9], end: [24, 15, 16] }, 255);
    scene.paint(2, { begin: [12, 6, 5], end: [18, 12, 7] }, 200);
    expect(scene.find().map((s) => [s.preSegment, s.postSegment])).toEqual([
      [1n, 2n],
      [2n, 1n],
    ]);
  });

  it('tells the direction when the network puts some of either side on both', () => {
    const scene = new Scene([20, 20, 24]);
    scene.synapse([8, 9, 8], 255);
    scene.paint(0, { begin: [4, 4, 2], end: [13, 14, 14] }, 150);
    scene.paint(0, { begin: [5, 6, 2], end: [11, 12, 8] }, 170);
    scene.paint(2, { begin: [4, 4, 2], end: [13, 14, 14] }, 120);
    scene.paint(2, { begin: [5, 6, 9], end: [11, 12, 11] }, 200);
    const [only, ...rest] = scene.find();
    expect(rest).toEqual([]);
    expect([only.preSegment, only.postSegment]).toEqual([1n, 2n]);
    expect(only.directionCertainty).toBeGreaterThan(0);
    expect(only.directionCertainty).toBeLessThan(0.3);
  });

  it('drops clefts below the size filters and the threshold', () => {
    const scene = new Scene([20, 20, 24]);
    scene.synapse([8, 9, 8], 255, 160);
    expect(scene.find()).toHaveLength(1);
    expect(scene.find(scene.shape, { ...parameters, cleftThreshold: 0.7 })).toHaveLength(0);
    expect(scene.find(scene.shape, { ...parameters, minCleftUm3: 0.0001 })).toHaveLength(0);
    expect(scene.find(scene.shape, { ...parameters, minAreaUm2: 0.004 })).toHaveLength(0);
  });

  it('reads the supervoxels at the partner points', () => {
    const scene = new Scene([20, 20, 24]);
    scene.synapse([8, 9, 8], 255);
    const block = scene.block(scene.volume);
    const supervoxels = block.segmentation.map((id) => id + 1000n);
    const [only] = synapsesOfBlock({ ...block, supervoxels }, parameters);
    expect([only.preSupervoxel, only.postSupervoxel]).toEqual([1001n, 1002n]);
  });

  it('names the box it needs', () => {
    const scene = new Scene([60, 60, 60]);
    const block: Box = { begin: [20, 20, 20], end: [40, 40, 40] };
    const small = {
      ...scene.block(block),
      box: block,
      channels: new Uint8Array(32000),
      segmentation: new BigUint64Array(8000),
    };
    expect(() => synapsesOfBlock(small, parameters)).toThrow(/need 0,0,0:60,60,60/);
    expect(() => synapsesOfBlock({ ...small, channels: new Uint8Array(1) }, parameters)).toThrow(
      /do not fill/,
    );
  });
});
