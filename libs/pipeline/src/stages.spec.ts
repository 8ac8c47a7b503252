import { describe, expect, it } from 'vitest';
import { downstreamOf, plannable, stageNames, stages, type StageName } from './stages.js';
import { decodeTable, encodeTable } from './tables.js';

describe('the stage graph', () => {
  it('lists every stage after those it depends on', () => {
    stageNames.forEach((name, i) => {
      for (const d of stages[name].dependsOn) expect(stageNames.indexOf(d)).toBeLessThan(i);
    });
  });

  it('can be walked to the end by planning what is plannable', () => {
    const finished = new Set<StageName>();
    for (let next = plannable(finished); next.length > 0; next = plannable(finished)) finished.add(next[0]);
    expect([...finished].toSorted()).toEqual(stageNames.toSorted());
  });

  it('knows what follows from a stage and what does not', () => {
    const stale = downstreamOf('agglomerate');
    expect(stale).toContain('graph');
    expect(stale).toContain('synapses');
    expect(stale).not.toContain('affinities');
    expect(stale).not.toContain('synapsemaps');
  });
});

it('gives table columns back exactly, 64-bit ids included', () => {
  const columns = {
    id: new BigUint64Array([1n, 2n ** 62n + 1n]),
    sum: new Float64Array([0.5, 3]),
    box: new Uint32Array([1, 2, 3, 4, 5, 6]),
    empty: new Uint8Array(0),
    n: new Uint32Array([7, 8]),
  };
  expect(decodeTable(encodeTable(columns))).toEqual(columns);
  expect(Buffer.from(encodeTable(columns)).equals(Buffer.from(encodeTable(columns)))).toBe(true);
});
