import { describe, expect, it } from 'vitest';
import { measureConnections, measureRecount, measureWeightPerCable } from './connectivity.js';

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
      { pre: 1n, post: 2n, weight: 2 },
      { pre: 1n, post: 3n, weight: 4 },
      { pre: 9n, post: 8n, weight: 1 },
    ];
    const { measurements, withoutSynapses } = measureRecount(synapses, stored);
    expect(measurements).toEqual([
      { cell: 0, measure: 'recountDifference', value: 0.25, weight: 3 },
      { cell: 2, measure: 'recountDifference', value: 1, weight: 1 },
    ]);
    expect(withoutSynapses).toEqual([stored[2]]);
  });
});
