import type { Box, Vec3 } from '@stratome/core';

/**
 * A voxel of supervoxel `a` that has a face in common with `b`: of all such voxels the one nearest to their middle.
 *
 * @param labels supervoxel ids of `box`, C order z, y, x; not mutated
 * @returns undefined where the two do not touch inside the box
 */
export function contactVoxel(labels: BigUint64Array, box: Box, a: bigint, b: bigint): Vec3 | undefined {
  const [nz, ny, nx] = [0, 1, 2].map((k) => box.end[k] - box.begin[k]);
  const strides = [ny * nx, nx, 1];
  const sizes = [nz, ny, nx];
  const found: [number, number, number][] = [];
  let i = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (labels[i] !== a) continue;
        const at = [z, y, x];
        const touches = strides.some(
          (stride, k) =>
            (at[k] > 0 && labels[i - stride] === b) || (at[k] + 1 < sizes[k] && labels[i + stride] === b),
        );
        if (touches) found.push([z, y, x]);
      }
  if (found.length === 0) return undefined;
  const middle = [0, 1, 2].map((k) => found.reduce((sum, v) => sum + v[k], 0) / found.length);
  const away = (v: readonly number[]) => v.reduce((sum, n, k) => sum + (n - middle[k]) ** 2, 0);
  const [z, y, x] = found.reduce((best, v) => (away(v) < away(best) ? v : best));
  return [z + box.begin[0], y + box.begin[1], x + box.begin[2]];
}
