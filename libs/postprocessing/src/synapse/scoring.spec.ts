import { describe, expect, it } from 'vitest';
import { matchParameters } from '../parameters.js';
import { countOverlaps, evaluateEdges, matchBodies } from './edges.js';
import { matchSynapses, type MatchableSynapse } from './matching.js';

const synapse = (
  x: number,
  preBody = 1n,
  postBody = 2n,
  kind: MatchableSynapse['kind'] = 'excitatory',
): MatchableSynapse => ({
  pointNm: [0, 0, x],
  preBody,
  postBody,
  kind,
});
const within = matchParameters.parse({ maxDistanceNm: 100 });

describe('matchSynapses', () => {
  it('scores misses, extras, kinds and partners', () => {
    const truth = [synapse(0), synapse(500), synapse(1000), synapse(1500)];
    const found = [synapse(10), synapse(520, 1n, 3n, 'inhibitory'), synapse(2000)];
    const score = matchSynapses(found, truth, within);
    expect(score.pairs).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(score.precision).toBeCloseTo(2 / 3);
    expect(score.recall).toBe(0.5);
    expect(score.f1).toBeCloseTo(4 / 7);
    expect([score.kindAccuracy, score.partnerAccuracy]).toEqual([0.5, 0.5]);
    expect(matchSynapses(found, truth, { ...within, requirePartners: true }).pairs).toEqual([[0, 0]]);
  });

  it('takes the nearest pairs first and each synapse once', () => {
    const truth = [synapse(-40), synapse(60)];
    const found = [synapse(50), synapse(140), synapse(70)];
    // The second could have the first true one only through a pair that is too far apart.
    expect(matchSynapses(found, truth, within).pairs).toEqual([[0, 1]]);
    expect(matchSynapses(found, truth, { ...within, maxDistanceNm: 110 }).pairs).toEqual([
      [0, 1],
      [2, 0],
    ]);
  });

  it('scores nothing against nothing as perfect, something against nothing as wrong', () => {
    expect(matchSynapses([], [], within)).toMatchObject({ precision: 1, recall: 1, f1: 1 });
    expect(matchSynapses([synapse(0)], [], within)).toMatchObject({ precision: 0, recall: 1, f1: 0 });
  });
});

describe('edges', () => {
  it('counts overlaps without background', () => {
    const overlaps = countOverlaps(
      BigUint64Array.from([5n, 5n, 0n, 6n, 6n]),
      BigUint64Array.from([1n, 2n, 1n, 2n, 0n]),
    );
    expect(overlaps).toEqual([
      { segment: 5n, body: 1n, voxels: 1 },
      { segment: 5n, body: 2n, voxels: 1 },
      { segment: 6n, body: 2n, voxels: 1 },
    ]);
    expect(() => countOverlaps(new BigUint64Array(2), new BigUint64Array(3))).toThrow(/cannot be compared/);
  });

  it('lets the largest piece stand for a split body and one body for a merger', () => {
    const bodyOf = matchBodies([
      { segment: 10n, body: 1n, voxels: 50 },
      { segment: 11n, body: 1n, voxels: 70 },
      { segment: 12n, body: 2n, voxels: 40 },
      { segment: 12n, body: 3n, voxels: 60 },
    ]);
    expect(bodyOf).toEqual(
      new Map([
        [11n, 1n],
        [12n, 3n],
      ]),
    );
  });

  it('scores distinct directed edges', () => {
    const bodyOf = new Map([
      [11n, 1n],
      [12n, 2n],
      [13n, 3n],
    ]);
    const truth = [
      { pre: 1n, post: 2n },
      { pre: 1n, post: 2n },
      { pre: 2n, post: 3n },
      { pre: 3n, post: 1n },
    ];
    const found = [
      { pre: 11n, post: 12n },
      { pre: 11n, post: 12n },
      { pre: 13n, post: 12n },
      { pre: 77n, post: 12n },
    ];
    expect(evaluateEdges(found, truth, bodyOf)).toMatchObject({
      precision: 1 / 3,
      recall: 1 / 3,
      found: 3,
      true: 3,
      common: 1,
    });
    expect(evaluateEdges([], truth, bodyOf)).toMatchObject({ precision: 1, recall: 0, f1: 0 });
  });
});
