import { describe, expect, it } from 'vitest';
import type { SynapseRow } from './rows.js';
import { tallySynapses } from './synapseTally.js';

const thresholds = { postHighAccuracy: 0.5, postHP: 0.8, preHP: 0.8 };
const place = { x: 0, y: 0, z: 0 };

function synapse(
  synapseId: bigint,
  preBodyId: bigint | null,
  postBodyId: bigint | null,
  change: Partial<SynapseRow> = {},
): SynapseRow {
  const common = { preLocation: place, postLocation: place, uncalibrated: false, confidence: 0.9 };
  return {
    ...common,
    synapseId,
    preBodyId,
    postBodyId,
    excitatoryProbability: 0.75,
    inhibitoryProbability: 0.25,
    ...change,
  };
}

describe('the tally of synapses', () => {
  const rows = [
    synapse(1n, 7n, 8n),
    synapse(2n, 7n, 8n, { confidence: 0.6, excitatoryProbability: 0.25, inhibitoryProbability: 0.75 }),
    synapse(3n, 7n, 8n, { confidence: 0.3 }),
    synapse(4n, 8n, 7n),
    synapse(5n, 7n, null),
    synapse(6n, null, 8n),
  ];

  it('counts a synapse in a weight from that weight’s confidence on', () => {
    expect(tallySynapses(rows, thresholds).connections).toEqual([
      {
        preBodyId: 7n,
        postBodyId: 8n,
        weight: 2n,
        weightHP: 1n,
        weightHR: 3n,
        excitatoryShare: 2 / 3,
        meanConfidence: expect.closeTo(0.6, 12),
      },
      {
        preBodyId: 8n,
        postBodyId: 7n,
        weight: 1n,
        weightHP: 1n,
        weightHR: 1n,
        excitatoryShare: 1,
        meanConfidence: 0.9,
      },
    ]);
  });

  it('counts unpaired sites of a body, but makes no connection of them', () => {
    const { counts } = tallySynapses(rows, thresholds);
    expect(counts.get(7n)).toEqual({ pre: 4n, post: 1n, upstream: 1n, downstream: 4n });
    expect(counts.get(8n)).toEqual({ pre: 1n, post: 4n, upstream: 4n, downstream: 1n });
  });

  it('counts a presynaptic site that serves several contacts once', () => {
    const contacts = [9n, 10n].map((body, i) => synapse(BigInt(i + 1), 7n, body, { preSiteId: 100n }));
    expect(tallySynapses(contacts, thresholds).counts.get(7n)).toMatchObject({ pre: 1n, downstream: 2n });
  });

  it('does not depend on the order of the rows', () => {
    expect(tallySynapses(rows.toReversed(), thresholds)).toEqual(tallySynapses(rows, thresholds));
  });
});
