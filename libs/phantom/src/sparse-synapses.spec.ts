import { describe, expect, it } from 'vitest';
import { resolvePhantomParameters, tinyPhantom } from './parameters.js';
import { makePhantom } from './phantom.js';

describe('sparseSynapses', () => {
  it('leaves out synapses of the box alone, in the same tissue', () => {
    const input = {
      ...tinyPhantom,
      shape: [16, 128, 128] as [number, number, number],
      seed: 3,
      tiles: false,
    };
    const usual = makePhantom(resolvePhantomParameters(input));
    const box = { begin: [0, 0, 0], end: [16, 128, 64] } as const;
    const sparseSynapses = { begin: [...box.begin], end: [...box.end], keep: 0 } as never;
    const sparse = makePhantom(resolvePhantomParameters({ ...input, sparseSynapses }));
    const inside = (p: { centreNm: readonly number[] }) => p.centreNm[2] < 640;
    expect(usual.synapses.filter(inside).length).toBeGreaterThan(0);
    expect(sparse.synapses.filter(inside)).toEqual([]);
    const places = (list: typeof usual.synapses) => list.filter((s) => !inside(s)).map((s) => s.centreNm);
    expect(places(sparse.synapses)).toEqual(places(usual.synapses));
    expect(sparse.tissue.bodies).toEqual(usual.tissue.bodies);
    expect(sparse.synapses.map((s) => s.id)).toEqual([...sparse.synapses.keys()].map((i) => i + 1));
  }, 60_000);
});
