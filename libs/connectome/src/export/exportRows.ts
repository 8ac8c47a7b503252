import { conflict, notFound } from '@stratome/core';
import {
  exportedConnections,
  exportedNeurons,
  flags,
  graphSummary,
  head,
  type ExportedNeuronsRow,
} from '../generated/queries.js';
import type { Graph } from '../graph.js';
import type { ExportTable, ExportValue, RowSink } from './exportTable.js';
import { furtherValues, type FurtherTypes } from './furtherColumns.js';
import { cellsUnderFlags, type FlagMaskName, type Mask } from '../mask.js';

export const neuronTable: ExportTable = {
  name: 'neurons',
  columns: [
    ['bodyId', 'int64'],
    ['type', 'text'],
    ['instance', 'text'],
    ['status', 'text'],
    ['statusLabel', 'text'],
    ['class', 'text'],
    ['size', 'int64'],
    ['pre', 'int64'],
    ['post', 'int64'],
    ['upstream', 'int64'],
    ['downstream', 'int64'],
    ['cableLengthUm', 'float'],
    ['somaX', 'float'],
    ['somaY', 'float'],
    ['somaZ', 'float'],
    ['somaRadius', 'float'],
    ['flags', 'text'],
    ['qualityFlags', 'text'],
    ['roiInfo', 'text'],
    [':LABEL', 'text'],
  ],
};

export const connectionTable: ExportTable = {
  name: 'connections',
  columns: [
    ['bodyId_pre', 'int64'],
    ['bodyId_post', 'int64'],
    ['weight', 'int64'],
    ['weightHP', 'int64'],
    ['weightHR', 'int64'],
    ['excitatoryShare', 'float'],
    ['meanConfidence', 'float'],
    ['qualityFlags', 'text'],
    ['roiInfo', 'text'],
  ],
};

export interface ExportCounts {
  readonly revision: bigint;
  /** Of Head, by which a change is known. */
  readonly epoch: bigint;
  readonly neurons: number;
  readonly connections: number;
  /** Sum of the weights. */
  readonly synapses: bigint;
}

/** Which connections are exported, and what is left out of them. */
export interface ExportSelection {
  /** Connections of fewer synapses are left out; with 0 also those of low confidence alone, which no import takes. */
  readonly minWeight: bigint;
  /** Leaves out synapses in cells under flags. */
  readonly maskFlagged?: FlagMaskName | null;
  /** Recounts connections from synapses of at least this confidence. */
  readonly minConfidence?: number | null;
}

const pageNeurons = 1000;

type NeuronRecord = ExportedNeuronsRow;

const neuronValues = (n: NeuronRecord): ExportValue[] => {
  const { x, y, z } = n.somaLocation ?? { x: null, y: null, z: null };
  const counts = [n.size, n.pre, n.post, n.upstream, n.downstream];
  const words = [n.type, n.instance, n.status, n.statusLabel, n.class];
  return [
    n.bodyId,
    ...words,
    ...counts,
    n.cableLengthUm,
    x,
    y,
    z,
    n.somaRadius,
    n.flags.join(';'),
    n.qualityFlags.join(';'),
    n.roiInfo,
    n.neuron ? 'Segment;Neuron' : 'Segment',
  ];
};

async function requireHead(graph: Graph, dataset: string) {
  const found = await graph.first(head, { dataset });
  if (found && found.revision > 0n) return found;
  throw notFound(`There is no dataset "${dataset}".`, 'npx stratome status lists those there are.');
}

/**
 * Hands a dataset's neurons and connections to two sinks, a page at a time, neurons and presynaptic neurons by
 * ascending id; connections of fewer than `minWeight` synapses are left out, and under a mask weights and counts are recounted. Segments that are no neurons are there when they have connections.
 *
 * @throws StratomeError notFound for an unknown dataset, conflict when it changes under the export
 */
export async function exportRows(
  graph: Graph,
  dataset: string,
  { minWeight, maskFlagged, minConfidence }: ExportSelection,
  sinks: { readonly neurons: RowSink; readonly connections: RowSink },
  further: FurtherTypes,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<ExportCounts> {
  const before = await requireHead(graph, dataset);
  const [summary] = await graph.run(graphSummary, { dataset });
  const all = Number(summary.connections);
  const mask: Mask = { maskedCells: await cellsUnderFlags(graph, dataset, maskFlagged), minConfidence };
  const asked = { dataset, withFlags: (await graph.run(flags, { dataset })).length > 0, ...mask };
  const names = { neurons: Object.keys(further.neurons), connections: Object.keys(further.connections) };
  let [neurons, connections, synapses] = [0, 0, 0n];
  for (let after = -1n; ; ) {
    const page = await graph.run(exportedNeurons, {
      ...asked,
      after,
      limit: pageNeurons,
      properties: names.neurons,
    });
    if (page.length === 0) break;
    await sinks.neurons.write(
      page.map((n) => [...neuronValues(n), ...furtherValues(n.properties, names.neurons)]),
    );
    const upTo = page[page.length - 1].bodyId;
    const edges = await graph.run(exportedConnections, {
      ...asked,
      after,
      upTo,
      minWeight,
      properties: names.connections,
    });
    await sinks.connections.write(
      edges.map((c) => {
        const ends = [c.preBodyId, c.postBodyId];
        const weights = [c.weight, c.weightHP, c.weightHR];
        const flagged = c.qualityFlags.join(';');
        const rest = [c.excitatoryShare, c.meanConfidence, flagged, c.roiInfo];
        return [...ends, ...weights, ...rest, ...furtherValues(c.properties, names.connections)];
      }),
    );
    neurons += page.length;
    connections += edges.length;
    for (const { weight } of edges) synapses += weight;
    after = upTo;
    onProgress(connections, Math.max(all, connections));
  }
  const now = await requireHead(graph, dataset);
  if (now.epoch !== before.epoch)
    throw conflict(`"${dataset}" changed while it was exported.`, 'Export it again.');
  await sinks.neurons.close();
  await sinks.connections.close();
  return { revision: before.revision, epoch: before.epoch, neurons, connections, synapses };
}
