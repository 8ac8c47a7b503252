import { describe, expect, it } from 'vitest';
import { decodeMesh, encodeMesh } from './mesh.js';
import { segmentPropertiesInfo } from './segment-properties.js';
import { decodeSkeleton, encodeSkeleton } from './skeleton.js';

const mesh = { verticesNm: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), triangles: Uint32Array.of(0, 1, 2) };

describe('encodeMesh', () => {
  it('writes the documented bytes, x first', () => {
    const bytes = Buffer.from(encodeMesh(mesh));
    expect(bytes.readUInt32LE(0)).toBe(3);
    expect([4, 8, 12, 16].map((at) => bytes.readFloatLE(at))).toEqual([3, 2, 1, 6]);
    expect([40, 44, 48].map((at) => bytes.readUInt32LE(at))).toEqual([0, 1, 2]);
    expect(bytes).toHaveLength(52);
  });

  it('is undone by decodeMesh, at any offset of the bytes', () => {
    const shifted = Buffer.concat([Buffer.alloc(1), encodeMesh(mesh)]).subarray(1);
    expect(decodeMesh(shifted)).toEqual(mesh);
    expect(() => decodeMesh(shifted.subarray(0, 20))).toThrow(/cannot have 3 vertices/);
  });

  it('refuses triangles of vertices that are not there', () => {
    expect(() => encodeMesh({ ...mesh, triangles: Uint32Array.of(0, 1, 3) })).toThrow(/beyond its 3/);
  });
});

const skeleton = {
  verticesNm: Float32Array.of(1, 2, 3, 4, 5, 6),
  edges: Uint32Array.of(0, 1),
  radiiNm: Float32Array.of(10, 20),
};

describe('encodeSkeleton', () => {
  it('writes the documented bytes, x first', () => {
    const bytes = Buffer.from(encodeSkeleton(skeleton));
    expect([bytes.readUInt32LE(0), bytes.readUInt32LE(4)]).toEqual([2, 1]);
    expect([8, 12, 16].map((at) => bytes.readFloatLE(at))).toEqual([3, 2, 1]);
    expect([32, 36].map((at) => bytes.readUInt32LE(at))).toEqual([0, 1]);
    expect([40, 44].map((at) => bytes.readFloatLE(at))).toEqual([10, 20]);
    expect(bytes).toHaveLength(48);
  });

  it('is undone by decodeSkeleton, also for a skeleton of one point', () => {
    expect(decodeSkeleton(encodeSkeleton(skeleton))).toEqual(skeleton);
    const point = {
      verticesNm: Float32Array.of(1, 2, 3),
      edges: new Uint32Array(),
      radiiNm: Float32Array.of(5),
    };
    expect(decodeSkeleton(encodeSkeleton(point))).toEqual(point);
    expect(() => decodeSkeleton(encodeSkeleton(skeleton).subarray(4))).toThrow(/cannot have/);
  });

  it('refuses too few radii, and edges to nowhere', () => {
    expect(() => encodeSkeleton({ ...skeleton, radiiNm: Float32Array.of(1) })).toThrow(/1 radii and 6/);
    expect(() => encodeSkeleton({ ...skeleton, edges: Uint32Array.of(0, 2) })).toThrow(/beyond its 2/);
  });
});

describe('segmentPropertiesInfo', () => {
  it('keeps 64-bit ids exact and numbers the tags', () => {
    const info = segmentPropertiesInfo({
      ids: [9223372036854775807n, 1n],
      label: ['a', 'b'],
      tags: [['neuron', 'excitatory'], ['glia']],
      numbers: { sizeVoxels: { description: 'voxels', values: [10, 20] } },
    });
    expect(info.inline.ids).toEqual(['9223372036854775807', '1']);
    expect(info.inline.properties).toEqual([
      { id: 'label', type: 'label', values: ['a', 'b'] },
      { id: 'tags', type: 'tags', tags: ['excitatory', 'glia', 'neuron'], values: [[0, 2], [1]] },
      { id: 'sizeVoxels', type: 'number', data_type: 'float32', description: 'voxels', values: [10, 20] },
    ]);
  });

  it('refuses a column of another length, and tags with spaces', () => {
    expect(() => segmentPropertiesInfo({ ids: [1n], label: [] })).toThrow(/0 values for 1/);
    expect(() => segmentPropertiesInfo({ ids: [1n], tags: [['two words']] })).toThrow(/space/);
  });
});
