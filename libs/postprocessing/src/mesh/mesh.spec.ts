import { BlockGrid, seededRandom, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { meshParameters } from '../parameters.js';
import { meshBlock, meshSource } from './marchingCubes.js';
import {
  joinMeshes,
  meshAreaUm2,
  meshVolumeUm3,
  precomputedMeshManifest,
  toPrecomputedMesh,
  type Mesh,
} from './mesh.js';
import { simplifyMesh } from './simplify.js';

type Label = (z: number, y: number, x: number) => bigint;

function fill(label: Label, box: Box): BigUint64Array {
  const out = new BigUint64Array(voxelsIn(box));
  let i = 0;
  for (let z = box.begin[0]; z < box.end[0]; z++)
    for (let y = box.begin[1]; y < box.end[1]; y++)
      for (let x = box.begin[2]; x < box.end[2]; x++) out[i++] = label(z, y, x);
  return out;
}

/** Meshes of a whole volume, cut into blocks and put together again. */
function meshInBlocks(label: Label, shape: Vec3, block: Vec3, voxelNm: Vec3): Map<bigint, Mesh> {
  const grid = new BlockGrid(shape, block);
  const pieces = new Map<bigint, Mesh[]>();
  for (const position of grid.positions()) {
    const box = meshSource(grid.box(position), shape);
    for (const [id, mesh] of meshBlock(
      { segmentation: fill(label, box), box },
      grid.box(position),
      shape,
      voxelNm,
    ))
      pieces.set(id, [...(pieces.get(id) ?? []), mesh]);
  }
  return new Map([...pieces].map(([id, list]) => [id, joinMeshes(list)]));
}

/** Every edge must lie in exactly two triangles, which run along it in opposite directions. */
function expectClosed({ triangles }: Mesh): void {
  const edges = new Map<string, number>();
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) {
      const key = `${triangles[t + k]}>${triangles[t + ((k + 1) % 3)]}`;
      edges.set(key, (edges.get(key) ?? 0) + 1);
    }
  for (const [key, count] of edges) {
    expect(count, key).toBe(1);
    expect(edges.get(key.split('>').toReversed().join('>')), key).toBe(1);
  }
}

const eulerCharacteristic = ({ verticesNm, triangles }: Mesh) => verticesNm.length / 3 - triangles.length / 6;

const shape: Vec3 = [24, 26, 28];
const voxelNm: Vec3 = [40, 10, 10];
const ball: Label = (z, y, x) => (Math.hypot(z - 11.5, y - 12.5, x - 13.5) < 9 ? 5n : 0n);
const torus: Label = (z, y, x) =>
  Math.hypot(Math.hypot(y - 12.5, x - 13.5) - 8, z - 11.5) < 3 ? 1n << 40n : 0n;
const whole: Vec3 = [64, 64, 64];

describe('meshBlock', () => {
  it('closes a ball: one component without handles, volume and area near the truth', () => {
    const mesh = meshInBlocks(ball, shape, whole, [10, 10, 10]).get(5n)!;
    expectClosed(mesh);
    expect(eulerCharacteristic(mesh)).toBe(2);
    const voxels = fill(ball, { begin: [0, 0, 0], end: shape }).filter((v) => v > 0n).length;
    expect(meshVolumeUm3(mesh) / (voxels * 1e-6)).toBeGreaterThan(0.95);
    expect(meshVolumeUm3(mesh) / (voxels * 1e-6)).toBeLessThanOrEqual(1);
    expect(Math.abs(meshAreaUm2(mesh) / (4 * Math.PI * 0.09 ** 2) - 1)).toBeLessThan(0.12);
    for (let v = 0; v < mesh.verticesNm.length; v += 3) {
      const [z, y, x] = mesh.verticesNm.subarray(v, v + 3);
      expect(Math.abs(Math.hypot(z - 120, y - 130, x - 140) - 90)).toBeLessThan(11);
    }
  });

  it('closes a torus, which has one handle', () => {
    const mesh = meshInBlocks(torus, shape, whole, voxelNm).get(1n << 40n)!;
    expectClosed(mesh);
    expect(eulerCharacteristic(mesh)).toBe(0);
  });

  it('closes an object that fills the volume, at the faces of the volume', () => {
    const mesh = meshInBlocks(() => 3n, [3, 4, 5], whole, voxelNm).get(3n)!;
    expectClosed(mesh);
    expect(eulerCharacteristic(mesh)).toBe(2);
    expect(Math.max(...mesh.verticesNm.filter((_, i) => i % 3 === 2))).toBe(50);
    expect(Math.min(...mesh.verticesNm)).toBe(0);
  });

  it('leaves no crack in noise of many segments, however it is cut into blocks', () => {
    const random = seededRandom('noise');
    const noise = Array.from({ length: 9 * 8 * 10 }, () => BigInt(random.below(4)));
    const label: Label = (z, y, x) => noise[(z * 8 + y) * 10 + x];
    const reference = meshInBlocks(label, [9, 8, 10], whole, voxelNm);
    expect(reference.size).toBe(3);
    for (const block of [
      [4, 3, 5],
      [2, 8, 3],
    ] as Vec3[]) {
      const found = meshInBlocks(label, [9, 8, 10], block, voxelNm);
      for (const [id, mesh] of found) {
        expectClosed(mesh);
        expect(mesh.triangles.length).toBe(reference.get(id)!.triangles.length);
        expect(mesh.verticesNm.length).toBe(reference.get(id)!.verticesNm.length);
        expect(meshVolumeUm3(mesh)).toBeCloseTo(meshVolumeUm3(reference.get(id)!), 9);
      }
    }
  });

  it('meshes wanted segments alone, as it does among all', () => {
    const label: Label = (z, y, x) => (x < 3 ? 1n : 2n);
    const box: Box = { begin: [0, 0, 0], end: [4, 4, 6] };
    const crop = { segmentation: fill(label, box), box };
    const all = meshBlock(crop, box, box.end, voxelNm);
    const one = meshBlock(crop, box, box.end, voxelNm, (id) => id === 2n);
    expect([...one.keys()]).toEqual([2n]);
    expect(meshVolumeUm3(one.get(2n)!)).toBeCloseTo(meshVolumeUm3(all.get(2n)!), 12);
    expectClosed(one.get(2n)!);
  });

  it('names what is missing when the crop is too small', () => {
    const box: Box = { begin: [0, 0, 0], end: [2, 2, 2] };
    const crop = { segmentation: new BigUint64Array(8), box };
    expect(() => meshBlock(crop, box, [4, 4, 4], voxelNm)).toThrow(/needs 0,0,0:3,3,3, got 0,0,0:2,2,2/);
    expect(() =>
      meshBlock({ ...crop, segmentation: new BigUint64Array(7) }, box, [2, 2, 2], voxelNm),
    ).toThrow(/does not fill/);
  });
});

describe('simplifyMesh', () => {
  it('keeps a ball closed, in shape and within the error, with fewer triangles', async () => {
    const full = meshInBlocks(ball, shape, whole, [10, 10, 10]).get(5n)!;
    const mesh = await simplifyMesh(full, meshParameters.parse({ reduction: 0.3, maxErrorNm: 10 }));
    expectClosed(mesh);
    expect(eulerCharacteristic(mesh)).toBe(2);
    expect(mesh.triangles.length).toBeLessThan(0.5 * full.triangles.length);
    expect(Math.abs(meshVolumeUm3(mesh) / meshVolumeUm3(full) - 1)).toBeLessThan(0.05);
  });

  it('leaves the borders between blocks alone, so that simplified pieces still close', async () => {
    const grid = new BlockGrid(shape, [12, 13, 14]);
    const pieces: Mesh[] = [];
    for (const position of grid.positions()) {
      const box = meshSource(grid.box(position), shape);
      const piece = meshBlock({ segmentation: fill(ball, box), box }, grid.box(position), shape, voxelNm).get(
        5n,
      );
      if (piece)
        pieces.push(await simplifyMesh(piece, meshParameters.parse({ reduction: 0.3, maxErrorNm: 20 })));
    }
    expect(pieces).toHaveLength(8);
    expectClosed(joinMeshes(pieces));
  });
});

describe('formats', () => {
  it('writes a legacy precomputed fragment, axes x y z', () => {
    const bytes = toPrecomputedMesh({
      verticesNm: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]),
      triangles: Uint32Array.from([0, 2, 1]),
    });
    expect(new DataView(bytes.buffer).getUint32(0, true)).toBe(3);
    expect([...new Float32Array(bytes.buffer, 4, 9)]).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
    expect([...new Uint32Array(bytes.buffer, 40, 3)]).toEqual([0, 2, 1]);
    expect(precomputedMeshManifest(['5:0:a', '5:0:b'])).toBe('{"fragments":["5:0:a","5:0:b"]}');
  });
});
