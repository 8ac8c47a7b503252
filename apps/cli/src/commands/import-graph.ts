import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  datasetNameFrom,
  loadGraph,
  readGraphFiles,
  synapsesOf,
  type ImportedGraph,
} from '@stratome/connectome';
import { hashBytes } from '@stratome/core';
import { runs } from '../action.js';
import { withServers } from '../session.js';

interface ImportGraphOptions {
  dataset?: string;
  ids: 'numbers' | 'names';
  selfLoops?: 'keep' | 'refuse';
  status: string;
}

/** Identity of a graph, of its connections alone. */
function hashOf({ bodyIds, edges: { sources, targets, weights } }: ImportedGraph): string {
  const columns = [bodyIds, sources, targets, weights];
  return hashBytes(Buffer.concat(columns.map((c) => new Uint8Array(c.buffer, c.byteOffset, c.byteLength))));
}

export function defineImportGraph(command: Command): Command {
  command
    .argument('<path>', 'a file, or a folder with an edge list and a table of neurons')
    .option('--dataset <name>', 'name of the dataset; made from the path when left out')
    .addOption(
      new Option('--ids <kind>', 'what neurons are called by')
        .choices(['numbers', 'names'])
        .default('numbers'),
    )
    .addOption(
      new Option(
        '--self-loops <rule>',
        'connections of a neuron to itself; a bare list refuses them, one with a table of neurons keeps them',
      ).choices(['keep', 'refuse']),
    )
    .option('--status <word>', 'proofreading status of neurons whose own is not given', 'Traced');
  return runs<ImportGraphOptions>(command, async ([given], options, { note }) => {
    const path = resolve(given);
    const { ids, selfLoops, status, dataset = datasetNameFrom(path) } = options;
    note(`Reading ${path}`);
    const imported = await readGraphFiles(path, { ids, selfLoops });
    if (imported.unconnected > 0)
      note(`${imported.unconnected} described neurons have no connection; left out`);
    note(
      `Writing ${imported.bodyIds.length} neurons with ${synapsesOf(imported)} synapses into "${dataset}"`,
    );
    const target = {
      dataset,
      description: path,
      editedAt: new Date().toISOString(),
      uuid: hashOf(imported),
      status,
    };
    const counts = await withServers(note, false, ({ graph }) => loadGraph(graph, target, imported));
    const { neurons, connections, synapses } = counts;
    return {
      json: { dataset, neurons, connections, synapses: Number(synapses) },
      text: `${dataset}: ${neurons} neurons, ${connections} connections, ${synapses} synapses`,
    };
  });
}
