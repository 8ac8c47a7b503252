import type { SynapseParameters } from '../parameters.js';
import type { SynapseRecord } from './record.js';

/**
 * Sets the kind of every synapse by the excitatory probability of all synapses that its presynaptic segment makes
 * (mean weighted by cleft voxels), since a neuron releases the same transmitter at all of them (Dale's principle;
 * majority vote by neuron as in Eckstein et al. 2024). Each record keeps its own probability. Synapses without a
 * presynaptic segment, or all when `kindByNeuron` is false, are judged alone.
 *
 * @param bodyOf the neuron of a segment, where segments have been put together further.
 * @returns new records in the same order. The input is not mutated.
 */
export function assignKinds(
  records: readonly SynapseRecord[],
  { excitatoryThreshold, kindByNeuron }: Pick<SynapseParameters, 'excitatoryThreshold' | 'kindByNeuron'>,
  bodyOf: (segment: bigint) => bigint = (segment) => segment,
): SynapseRecord[] {
  const sums = new Map<bigint, { probability: number; voxels: number }>();
  const neuronOf = ({ preSegment }: SynapseRecord) =>
    kindByNeuron && preSegment !== 0n ? bodyOf(preSegment) : 0n;
  // In the order of ids, so that sums round the same way whatever the order of the input.
  for (const record of [...records].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const neuron = neuronOf(record);
    const sum = sums.get(neuron) ?? { probability: 0, voxels: 0 };
    sum.probability += record.excitatoryProbability * record.cleftVoxels;
    sum.voxels += record.cleftVoxels;
    sums.set(neuron, sum);
  }
  return records.map((record) => {
    const neuron = neuronOf(record);
    const { probability, voxels } = sums.get(neuron)!;
    const pooled = neuron === 0n ? record.excitatoryProbability : probability / voxels;
    return { ...record, kind: pooled >= excitatoryThreshold ? 'excitatory' : 'inhibitory' };
  });
}
