import type { Random } from '@stratome/core';

/**
 * Smooth random numbers in space: independent uniform values in [-1, 1] on a periodic cubic lattice,
 * interpolated with the fade 3t² − 2t³ (value noise).
 */
export class LatticeNoise {
  private static readonly period = 32;
  private readonly values: Float32Array;

  constructor(
    random: Random,
    /** Distance of lattice points, nm. */
    private readonly spacingNm: number,
  ) {
    const n = LatticeNoise.period;
    this.values = Float32Array.from({ length: n * n * n }, () => random.uniform(-1, 1));
  }

  /** The value at a point, nm. */
  at(z: number, y: number, x: number): number {
    const mask = LatticeNoise.period - 1;
    const gz = z / this.spacingNm;
    const gy = y / this.spacingNm;
    const gx = x / this.spacingNm;
    const iz = Math.floor(gz);
    const iy = Math.floor(gy);
    const ix = Math.floor(gx);
    const tz = gz - iz;
    const ty = gy - iy;
    const tx = gx - ix;
    const fz = tz * tz * (3 - 2 * tz);
    const fy = ty * ty * (3 - 2 * ty);
    const fx = tx * tx * (3 - 2 * tx);
    const z0 = (iz & mask) << 10;
    const z1 = ((iz + 1) & mask) << 10;
    const y0 = (iy & mask) << 5;
    const y1 = ((iy + 1) & mask) << 5;
    const x0 = ix & mask;
    const x1 = (ix + 1) & mask;
    const v = this.values;
    const a = v[z0 + y0 + x0] + fx * (v[z0 + y0 + x1] - v[z0 + y0 + x0]);
    const b = v[z0 + y1 + x0] + fx * (v[z0 + y1 + x1] - v[z0 + y1 + x0]);
    const c = v[z1 + y0 + x0] + fx * (v[z1 + y0 + x1] - v[z1 + y0 + x0]);
    const d = v[z1 + y1 + x0] + fx * (v[z1 + y1 + x1] - v[z1 + y1 + x0]);
    const low = a + fy * (b - a);
    const high = c + fy * (d - c);
    return low + fz * (high - low);
  }
}

/** A smooth displacement of space in several octaves: what makes straight tubes irregular. */
export class DomainWarp {
  private readonly octaves: { noise: LatticeNoise[]; amplitudeNm: number }[];

  constructor(random: Random, strength: number) {
    // Amplitudes stay below a third of the spacing, so that the warp folds space only rarely.
    const settings = [
      [270, 62],
      [110, 24],
      [48, 7],
    ];
    this.octaves = settings.map(([spacingNm, amplitudeNm]) => ({
      noise: [0, 1, 2].map((axis) => new LatticeNoise(random.fork(`${spacingNm}/${axis}`), spacingNm)),
      amplitudeNm: amplitudeNm * strength,
    }));
  }

  /** Displacement along an axis (0 z, 1 y, 2 x) at a point, nm. */
  along(axis: number, z: number, y: number, x: number): number {
    let sum = 0;
    for (const octave of this.octaves) sum += octave.amplitudeNm * octave.noise[axis].at(z, y, x);
    return sum;
  }
}
