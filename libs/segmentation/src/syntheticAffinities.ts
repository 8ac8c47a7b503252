import { seededRandom, type Vec3 } from '@stratome/core';

/**
 * Space-filling cells around seeded points and noisy affinities between them: test data with known truth.
 *
 * @param affinityInside mean affinity (0 … 255) between voxels of one cell, `affinityAcross` between two cells;
 *   beside a boundary it is half-way
 * @returns truth ids 1 … cells, and affinities uint8 (3, z, y, x)
 */
export function syntheticAffinities(
  shape: Vec3,
  cells: number,
  seed: string,
  { affinityInside = 220, affinityAcross = 30, noise = 40 } = {},
): { truth: Uint32Array; affinities: Uint8Array } {
  const [nz, ny, nx] = shape;
  const n = nz * ny * nx;
  const random = seededRandom(seed);
  const points = Array.from({ length: cells }, () => [
    random.next() * nz,
    random.next() * ny,
    random.next() * nx,
  ]);
  const truth = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    let nearest = Infinity;
    points.forEach((p, k) => {
      const d = (p[0] - z) ** 2 + (p[1] - y) ** 2 + (p[2] - x) ** 2;
      if (d < nearest) {
        nearest = d;
        truth[i] = k + 1;
      }
    });
  }
  const strides = [ny * nx, nx, 1];
  const membrane = truth.map((t, i) =>
    strides.some((s) => truth[i - s] !== t || truth[i + s] !== t) ? 1 : 0,
  );
  const affinities = new Uint8Array(3 * n);
  strides.forEach((stride, c) => {
    for (let i = stride; i < n; i++) {
      const j = i - stride;
      const inside = membrane[i] + membrane[j] === 0 ? affinityInside : (affinityInside + affinityAcross) / 2;
      const mean = truth[i] === truth[j] ? inside : affinityAcross;
      affinities[c * n + i] = Math.max(0, Math.min(255, Math.round(mean + noise * random.normal())));
    }
  });
  return { truth, affinities };
}
