import { describe, expect, it } from 'vitest';
import { resolvePhantomParameters, tinyPhantom } from './parameters.js';

describe('resolvePhantomParameters', () => {
  it('fills in what the variant decides', () => {
    const isotropic = resolvePhantomParameters();
    expect(isotropic.voxelNm).toEqual([10, 10, 10]);
    expect(isotropic.shape[0] * (isotropic.shape[1] - 32) * (isotropic.shape[2] - 32)).toBeGreaterThan(8e6);
    expect(resolvePhantomParameters({ variant: 'anisotropic' }).voxelNm).toEqual([48, 8, 8]);
  });

  it('lays tiles over the tissue less its rim, with the overlap asked for', () => {
    const p = resolvePhantomParameters({ shape: [16, 300, 420], tileRows: 2, tileColumns: 3 });
    const covered = (n: number, k: number) => n * p.tileShape[k] - (n - 1) * p.tileOverlapPx[k];
    expect(covered(2, 0)).toBeGreaterThanOrEqual(300 - 32);
    expect(covered(3, 1)).toBeGreaterThanOrEqual(420 - 32);
    expect(p.tileOverlapPx[0] / p.tileShape[0]).toBeGreaterThan(0.12);
    expect(p.tileOverlapPx[0] / p.tileShape[0]).toBeLessThan(0.16);
    expect(resolvePhantomParameters(tinyPhantom).tileOverlapPx).toEqual([24, 24]);
  });

  it('names the parameter that is out of range', () => {
    expect(() => resolvePhantomParameters({ gliaFraction: 0.9 })).toThrow(/gliaFraction/);
    expect(() => resolvePhantomParameters({ seed: -1 })).toThrow(/seed/);
    expect(() => resolvePhantomParameters({ colour: 1 } as never)).toThrow(/colour/);
  });

  it('refuses tiles that do not fit and sections that would leave the tissue', () => {
    expect(() => resolvePhantomParameters({ shape: [16, 40, 40] })).toThrow(/do not fit/);
    expect(() => resolvePhantomParameters({ sectionShiftPx: 30 })).toThrow(/may move by/);
    expect(() => resolvePhantomParameters({ sectionShiftPx: 30, tiles: false })).not.toThrow();
    expect(() => resolvePhantomParameters({ missingSections: [128] })).toThrow(/missingSections/);
  });
});
