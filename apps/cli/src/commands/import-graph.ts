import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  checkDatasetName,
  datasetNameFrom,
  finishOfflineImport,
  isNewDatabase,
  loadGraph,
  notForOffline,
  readGraphFiles,
  synapsesOf,
  writeOfflineTables,
  type ImportCounts,
  type ImportedGraph,
  type ImportTarget,
} from '@stratome/connectome';
import { badInput, conflict, hashBytes } from '@stratome/core';
import { canImportOffline, importOffline } from '@stratome/services';
import { runs } from '../action.js';
import { withServers } from '../session.js';

interface ImportGraphOptions {
  dataset?: string;
  ids: 'numbers' | 'names';
  selfLoops?: 'keep' | 'refuse';
  status: string;
  load: 'auto' | 'batches' | 'offline';
}

/** Identity of a graph: of its connections and contacts. */
function hashOf({ bodyIds, edges: { sources, targets, weights }, sites }: ImportedGraph): string {
  const contacts = sites ? [sites.contacts.pre, sites.contacts.post] : [];
  const columns = [bodyIds, sources, targets, weights, ...contacts];
  return hashBytes(Buffer.concat(columns.map((c) => new Uint8Array(c.buffer, c.byteOffset, c.byteLength))));
}

/** Fewer connections and sites are written in batches sooner than Neo4j is stopped and started. */
const worthOffline = 500_000;

async function load(
  target: ImportTarget,
  imported: ImportedGraph,
  way: ImportGraphOptions['load'],
  note: (line: string) => void,
): Promise<ImportCounts> {
  const large =
    way === 'offline' ||
    (way === 'auto' && imported.edges.weights.length + (imported.sites?.sites.length ?? 0) >= worthOffline);
  const offline = await withServers(note, false, async ({ graph }) => {
    const fresh = await isNewDatabase(graph);
    if (way === 'offline' && !(fresh && canImportOffline())) {
      throw conflict('The database is in use or runs elsewhere.', 'Say --load batches.');
    }
    const odd = notForOffline(imported);
    if (way === 'offline' && odd.length > 0)
      throw badInput(`Offline import takes no properties called ${odd.join(', ')}.`, 'Say --load batches.');
    return large && fresh && canImportOffline() && odd.length === 0;
  });
  if (!offline) return withServers(note, false, ({ graph }) => loadGraph(graph, target, imported));
  const folder = await mkdtemp(join(tmpdir(), 'stratome-import-'));
  try {
    await importOffline(await writeOfflineTables(folder, target, imported), { onProgress: note });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return withServers(note, false, ({ graph }) => finishOfflineImport(graph, target, imported));
}

export function defineImportGraph(command: Command): Command {
  command
    .argument(
      '<path>',
      'a file, or a folder with an edge list and a table of neurons, or with neuPrint’s tables',
    )
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
    .option('--status <word>', 'proofreading status of neurons whose own is not given', 'Traced')
    .addOption(
      new Option(
        '--load <way>',
        'offline writes the store of a new, local Neo4j anew; auto: when that is faster',
      )
        .choices(['auto', 'batches', 'offline'])
        .default('auto'),
    );
  return runs<ImportGraphOptions>(command, async ([given], options, { note }) => {
    const path = resolve(given);
    const { ids, selfLoops, status, dataset = datasetNameFrom(path) } = options;
    checkDatasetName(dataset);
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
    const counts = await load(target, imported, options.load, note);
    const { neurons, connections, synapses } = counts;
    return {
      json: { dataset, neurons, connections, synapses: Number(synapses) },
      text: `${dataset}: ${neurons} neurons, ${connections} connections, ${synapses} synapses`,
    };
  });
}
