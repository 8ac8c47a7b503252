import { describe, expect, it } from 'vitest';
import {
  measureConnections,
  measureConnectionStrength,
  measureRecount,
  measureStoredWeights,
  measureUnconnected,
  measureWeightPerCable,
} from './connectivity.js';

// Cell 0: 1→2 twice, 1→3. Cell 2: 2→1.
const synapses = [
  { cell: 0, pre: 1n, post: 2n },
  { cell: 2, pre: 2n, post: 1n },
  { cell: 0, pre: 1n, post: 2n },
  { cell: 0, pre: 1n, post: 3n },
];

describe('L5 measures', () => {
  it('counts distinct partners of the neurons of a cell', () => {
    expect(measureConnections(synapses)).toEqual([
      { cell: 0, measure: 'connectionsPerNeuron', value: 4 / 3, weight: 3 },
      { cell: 2, measure: 'connectionsPerNeuron', value: 1, weight: 2 },
    ]);
  });

  it('relates weight to cable and leaves out cells without any', () => {
    expect(measureWeightPerCable(synapses, [2, 0, 0.5, 4])).toEqual([
      { cell: 0, measure: 'weightPerCableUm', value: 1.5, weight: 2 },
      { cell: 2, measure: 'weightPerCableUm', value: 2, weight: 0.5 },
      { cell: 3, measure: 'weightPerCableUm', value: 0, weight: 4 },
    ]);
  });

  it('finds stored weights that their synapses do not bear out', () => {
    const stored = [
      { pre: 1n, post: 2n, weight: 2, meanConfidence: 0.9 },
      { pre: 1n, post: 3n, weight: 4, meanConfidence: 0.9 },
      { pre: 9n, post: 8n, weight: 1, meanConfidence: 0.9 },
    ];
    const { measurements, withoutSynapses } = measureRecount(synapses, stored);
    expect(measurements).toEqual([
      { cell: 0, measure: 'recountDifference', value: 0.25, weight: 3 },
      { cell: 2, measure: 'recountDifference', value: 1, weight: 1 },
    ]);
    expect(withoutSynapses).toEqual([stored[2]]);
  });

  it('says of each cell which share of its contacts is stored with too little or too much', () => {
    const contacts = [
      { cell: 0, pre: 1n, post: 2n, contacts: 2 },
      { cell: 1, pre: 1n, post: 2n, contacts: 1 },
      { cell: 0, pre: 1n, post: 3n, contacts: 1 },
      { cell: 1, pre: 4n, post: 5n, contacts: 1 },
    ];
    // 1→2 has three contacts and is stored with two; 1→3 twice over; 4→5 not at all.
    const weights: Record<string, number> = { '1>2': 2, '1>3': 2 };
    const rows = measureStoredWeights(contacts, (pre, post) => weights[`${pre}>${post}`] ?? 0);
    const of = (cell: number, measure: string) => rows.find((r) => r.cell === cell && r.measure === measure);
    expect(of(0, 'lostEdges')).toMatchObject({ value: 2 / 3, weight: 3 });
    expect(of(0, 'doubledEdges')).toMatchObject({ value: 1 / 3, weight: 3 });
    expect(of(0, 'lostHeavyEdges')).toMatchObject({ value: 1, weight: 2 });
    expect(of(1, 'lostEdges')).toMatchObject({ value: 1, weight: 2 });
    expect(of(1, 'lostHeavyEdges')).toMatchObject({ value: 1, weight: 1 });
  });

  it('takes strength and confidence of the connections that synapses belong to', () => {
    const stored = [
      { pre: 1n, post: 2n, weight: 2, meanConfidence: 0.9 },
      { pre: 1n, post: 3n, weight: 5, meanConfidence: 0.6 },
    ];
    const rows = measureConnectionStrength(synapses, stored);
    expect(rows.map(({ cell, measure, weight }) => [cell, measure, weight])).toEqual([
      [0, 'synapsesPerConnection', 3],
      [0, 'connectionConfidence', 3],
    ]);
    expect(rows[0].value).toBe(3);
    expect(rows[1].value).toBeCloseTo(0.8, 12);
  });

  it('says what share of synapses counts in no connection', () => {
    const all = [true, false, true].map((connected, n) => ({ cell: n === 2 ? 5 : 1, connected }));
    expect(measureUnconnected(all)).toEqual([
      { cell: 1, measure: 'unconnectedSynapses', value: 0.5, weight: 2 },
      { cell: 5, measure: 'unconnectedSynapses', value: 0, weight: 1 },
    ]);
  });
});
