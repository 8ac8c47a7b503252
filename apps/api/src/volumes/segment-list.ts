import { queries } from '@stratome/connectome';
import type { SegmentProperties } from '@stratome/storage';
import type { GraphReader } from '../graphql/graph-reader.js';

const pageRows = 5000;

/** Neuroglancer holds its list of segments in memory; beyond this many the smaller ids are listed. */
const mostSegments = 200_000;

async function readNeurons(reader: GraphReader, dataset: string): Promise<queries.NeuronsRow[]> {
  const neurons: queries.NeuronsRow[] = [];
  for (let after = -1n; neurons.length < mostSegments; ) {
    const page = await reader.run(queries.neurons, { dataset, minSynapses: 0n, after, limit: pageRows });
    neurons.push(...page);
    if (page.length < pageRows) break;
    after = page[page.length - 1].bodyId;
  }
  return neurons;
}

/** The neurons of a dataset as Neuroglancer lists them: label, tags, sizes and counts. */
export async function readSegmentProperties(
  reader: GraphReader,
  dataset: string,
): Promise<SegmentProperties> {
  const neurons = await readNeurons(reader, dataset);
  const column = (description: string, value: (neuron: queries.NeuronsRow) => bigint | number | null) => ({
    description,
    values: neurons.map((neuron) => Number(value(neuron) ?? 0)),
  });
  return {
    ids: neurons.map((neuron) => neuron.bodyId),
    label: neurons.map((neuron) => neuron.instance ?? neuron.type ?? String(neuron.bodyId)),
    tags: neurons.map((neuron) => [neuron.class, ...neuron.flags].map((tag) => tag.replaceAll(/\s+/g, '_'))),
    numbers: {
      sizeVoxels: column('size, voxels', (neuron) => neuron.size),
      pre: column('presynaptic sites', (neuron) => neuron.pre),
      post: column('postsynaptic sites', (neuron) => neuron.post),
      cableLengthUm: column('cable length, µm', (neuron) => neuron.cableLengthUm),
    },
  };
}
