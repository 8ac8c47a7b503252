import { seededRandom, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { closedFaces, distanceTransform, type OpenFaces } from './distance.js';

/** By definition: the nearest voxel of another label, the array framed by one voxel of background where closed. */
function bruteForce(labels: Uint8Array, [nz, ny, nx]: Vec3, voxelNm: Vec3, open: OpenFaces): number[] {
  const at = (z: number, y: number, x: number): number => {
    for (const [v, n, k] of [
      [z, nz, 0],
      [y, ny, 1],
      [x, nx, 2],
    ]) {
      if (v < 0) return open.low[k] ? -1 : 0;
      if (v >= n) return open.high[k] ? -1 : 0;
    }
    return labels[(z * ny + y) * nx + x];
  };
  const out: number[] = [];
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const label = at(z, y, x);
        let best = label === 0 ? 0 : Infinity;
        for (let c = -1; c <= nz; c++)
          for (let b = -1; b <= ny; b++)
            for (let a = -1; a <= nx; a++) {
              const other = at(c, b, a);
              if (other === -1 || other === label) continue;
              best = Math.min(
                best,
                Math.hypot((c - z) * voxelNm[0], (b - y) * voxelNm[1], (a - x) * voxelNm[2]),
              );
            }
        out.push(best);
      }
  return out;
}

describe('distanceTransform', () => {
  const shape: Vec3 = [6, 7, 8];
  const faces: OpenFaces[] = [
    closedFaces,
    { low: [true, false, false], high: [false, true, false] },
    { low: [true, true, true], high: [true, true, true] },
  ];
  for (const [name, labelCount] of [
    ['a mask', 1],
    ['many labels', 3],
  ] as const) {
    it(`equals the definition on random blobs of ${name}, anisotropic, with open faces`, () => {
      const random = seededRandom(name);
      for (let trial = 0; trial < 12; trial++) {
        const labels = new Uint8Array(6 * 7 * 8).map(() =>
          random.next() < 0.2 ? 0 : 1 + random.below(labelCount),
        );
        // Some sparse cases, so that stretches are long and parabolas cross far from their apex.
        if (trial % 3 === 0) labels.forEach((_, i) => (labels[i] = random.next() < 0.02 ? 0 : 1));
        const voxelNm: Vec3 = trial % 2 ? [45, 4.6, 4.6] : [10, 10, 10];
        const open = faces[trial % faces.length];
        const expected = bruteForce(labels, shape, voxelNm, open);
        const found = distanceTransform(labels, shape, voxelNm, open);
        expected.forEach((d, i) => {
          if (d === Infinity) expect(found[i]).toBe(Infinity);
          else expect(Math.abs(found[i] - d)).toBeLessThan(1e-3);
        });
      }
    });
  }

  it('gives Infinity where nothing bounds a label', () => {
    const open: OpenFaces = { low: [true, true, true], high: [true, true, true] };
    const found = distanceTransform(new Uint8Array(27).fill(1), [3, 3, 3], [1, 1, 1], open);
    expect(found.every((d) => d === Infinity)).toBe(true);
  });

  it('refuses an array of another shape', () => {
    expect(() => distanceTransform(new Uint8Array(5), [1, 2, 3], [1, 1, 1])).toThrow(/shape 1×2×3/);
  });
});
