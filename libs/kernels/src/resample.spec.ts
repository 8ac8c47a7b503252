import { seededRandom, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { sampleCubic, sampleLinear } from './resample-sample.js';
import { downsampleMean, downsampleMode, pyramidFactors } from './resample.js';

describe('downsampleMean', () => {
  it('leaves out voxels without data and rounds half up', () => {
    const data = Uint8Array.of(10, 0, 3, 4, 0, 0, 4, 4, 7);
    const small = downsampleMean({ data, shape: [1, 3, 3] }, [1, 2, 2]);
    expect(small.shape).toEqual([1, 2, 2]);
    // blocks {10,0,4,0}, {3,0}, {4,4}, {7}
    expect([
      ...downsampleMean({ data: Uint8Array.of(10, 0, 4, 0), shape: [1, 2, 2] }, [1, 2, 2]).data,
    ]).toEqual([7]);
    expect([...downsampleMean({ data: Uint8Array.of(3, 4), shape: [1, 1, 2] }, [1, 2, 2]).data]).toEqual([4]);
    expect([...small.data]).toEqual([7, 3, 4, 7]);
  });

  it('does not depend on chunking along multiples of the factor', () => {
    const random = seededRandom('mean');
    const shape: Vec3 = [4, 6, 10];
    const data = Uint16Array.from({ length: 240 }, () => (random.next() < 0.2 ? 0 : random.below(65536)));
    const whole = downsampleMean({ data, shape }, [2, 2, 2]).data;
    const first = downsampleMean({ data: data.slice(0, 120), shape: [2, 6, 10] }, [2, 2, 2]).data;
    const second = downsampleMean({ data: data.slice(120), shape: [2, 6, 10] }, [2, 2, 2]).data;
    expect([...whole]).toEqual([...first, ...second]);
  });
});

describe('downsampleMode', () => {
  it('keeps the most frequent label and prefers labels to background on a tie', () => {
    const mode = (...labels: number[]) =>
      downsampleMode({ data: Uint32Array.from(labels), shape: [1, 2, 2] }, [1, 2, 2]).data[0];
    expect(mode(5, 6, 6, 0)).toBe(6);
    expect(mode(0, 0, 9, 9)).toBe(9);
    expect(mode(0, 0, 0, 9)).toBe(0);
    expect(mode(8, 3, 3, 8)).toBe(8);
  });

  it('tells uint64 labels apart by both halves', () => {
    const a = (1n << 40n) | 7n;
    const b = (2n << 40n) | 7n;
    const data = BigUint64Array.of(a, b, b, a, b, 7n, 7n, b);
    expect(downsampleMode({ data, shape: [2, 2, 2] }, [2, 2, 2]).data[0]).toBe(b);
  });

  it('agrees with counting in a map', () => {
    const random = seededRandom('mode');
    const data = BigUint64Array.from({ length: 8 * 8 * 8 }, () => BigInt(random.below(3)) << 33n);
    const small = downsampleMode({ data, shape: [8, 8, 8] }, [2, 2, 2]);
    small.data.forEach((label, o) => {
      const [z, y, x] = [o >> 4, (o >> 2) & 3, o & 3];
      const counts = new Map<bigint, number>();
      for (let k = 0; k < 8; k++) {
        const i = ((2 * z + (k >> 2)) * 8 + 2 * y + ((k >> 1) & 1)) * 8 + 2 * x + (k & 1);
        counts.set(data[i], (counts.get(data[i]) ?? 0) + 1);
      }
      expect(counts.get(label)).toBe(Math.max(...counts.values()));
    });
  });
});

describe('pyramidFactors', () => {
  it('brings anisotropic voxels to near isotropy first', () => {
    expect(pyramidFactors([40, 8, 8], [128, 1024, 1024])).toEqual([
      [1, 2, 2],
      [1, 2, 2],
      [2, 2, 2],
      [2, 2, 2],
    ]);
    expect(pyramidFactors([10, 10, 10], [250, 250, 250])).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
    expect(pyramidFactors([10, 10, 10], [40, 40, 40])).toEqual([]);
  });
});

describe('sampling between pixels', () => {
  const shape = [6, 8] as const;
  const ramp = { data: Uint8Array.from({ length: 48 }, (_, i) => 10 + 3 * (i >> 3) + 5 * (i & 7)), shape };

  it('is exact at pixel centres and on a ramp', () => {
    for (const sample of [sampleCubic, sampleLinear]) {
      expect(sample(ramp, 2, 3)).toBe(10 + 6 + 15);
      expect(sample(ramp, 2.25, 3.5)).toBeCloseTo(10 + 6.75 + 17.5, 9);
    }
  });

  it('gives 0 outside and never mixes in missing pixels', () => {
    const holed = { data: ramp.data.slice(), shape };
    holed.data[2 * 8 + 3] = 0;
    for (const sample of [sampleCubic, sampleLinear]) {
      expect(sample(ramp, -0.6, 2)).toBe(0);
      expect(sample(holed, 2.3, 3.2)).toBe(0);
      expect(sample(holed, 2, 4.4)).toBeGreaterThan(25);
    }
  });
});
