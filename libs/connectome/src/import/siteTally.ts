import { badInput } from '@stratome/core';
import type { EdgeColumns } from './importedGraph.js';
import type { ImportedSite, ImportedSites } from './siteTables.js';

/** What a site releases, where its table says so; neuPrint's transmitters beyond these stay properties. */
export function kindOfSite({ properties }: ImportedSite): 'excitatory' | 'inhibitory' | 'unknown' {
  const { kind, ntExcitatoryProb, ntInhibitoryProb } = properties;
  if (kind === 'excitatory' || kind === 'inhibitory') return kind;
  if (typeof ntExcitatoryProb !== 'number' || typeof ntInhibitoryProb !== 'number') return 'unknown';
  return ntExcitatoryProb >= ntInhibitoryProb ? 'excitatory' : 'inhibitory';
}

/** The place of each contact's connection among the edges; -1 where a neuron is not known. */
function connectionsOf({ sites, contacts }: ImportedSites, edges: EdgeColumns, neurons: number): Int32Array {
  const place = new Map<number, number>();
  edges.sources.forEach((source, i) => place.set(source * neurons + edges.targets[i], i));
  return Int32Array.from(contacts.pre, (pre, i) => {
    const [from, to] = [sites[pre], sites[contacts.post[i]]];
    if (from.neuron < 0 || to.neuron < 0) return -1;
    const found = place.get(from.neuron * neurons + to.neuron);
    if (found !== undefined) return found;
    throw badInput(
      `The contact from ${from.siteId} to ${to.siteId} joins neurons without a connection.`,
      'Add the connection, with the synapses that count as its weight (0 where none does).',
    );
  });
}

/**
 * Holds connections against their contacts, and takes from them what the table of connections does not say.
 *
 * @throws StratomeError badInput for a contact without a connection, or a connection of more synapses than contacts
 */
export function tallySites(imported: ImportedSites, edges: EdgeColumns, bodyIds: BigInt64Array): EdgeColumns {
  const { sites, contacts } = imported;
  const count = edges.weights.length;
  const all = new Int32Array(count);
  const [known, exciting, confidence] = Array.from({ length: 3 }, () => new Float64Array(count));
  connectionsOf(imported, edges, bodyIds.length).forEach((connection, i) => {
    if (connection < 0) return;
    const site = sites[contacts.post[i]];
    const kind = kindOfSite(site);
    all[connection] += 1;
    confidence[connection] += site.confidence;
    if (kind !== 'unknown') known[connection] += 1;
    if (kind === 'excitatory') exciting[connection] += 1;
  });
  for (let i = 0; i < count; i++) {
    const most = Math.max(edges.weights[i], edges.weightsHR?.[i] ?? 0);
    if (most <= all[i]) continue;
    const pair = `${bodyIds[edges.sources[i]]} to ${bodyIds[edges.targets[i]]}`;
    throw badInput(
      `The connection from ${pair} has ${most} synapses, the tables of sites hold ${all[i]}.`,
      'Correct the weight, or add the sites.',
    );
  }
  return {
    ...edges,
    weightsHR: all,
    excitatoryShares: Float64Array.from(all, (_, i) => exciting[i] / known[i]),
    meanConfidences: Float64Array.from(all, (n, i) => confidence[i] / n),
  };
}
