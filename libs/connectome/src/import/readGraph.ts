import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { badInput, notFound } from '@stratome/core';
import { readEdgeList, type EdgeListOptions } from './edgeList.js';
import type { ImportedGraph } from './importedGraph.js';
import { readMatrixArchive } from './matrix.js';
import { readMetaTable } from './metaTable.js';
import { readSiteTables, type SiteFiles } from './siteTables.js';
import { tallySites } from './siteTally.js';
import { tableEnding } from './tableRows.js';

export interface GraphFileOptions {
  readonly ids?: EdgeListOptions['ids'];
  /**
   * Whether a neuron may connect to itself. When left out, a list that comes with a table of neurons keeps them
   * (autapses exist), and a bare list refuses them (they are mostly mistakes).
   */
  readonly selfLoops?: EdgeListOptions['selfLoops'];
}

interface GraphFiles {
  readonly edges: string;
  readonly neurons?: string;
  readonly sites?: SiteFiles;
  readonly meta?: string;
}

const isSite = (name: string) => /synapse/i.test(name);
const isEdges = (name: string) => /edge|neuron_connections|(^|[-_])connections/i.test(name) && !isSite(name);
const isNeurons = (name: string) =>
  /^(nodes|neurons)\b|_neurons[._]|_neurons$/i.test(name) && !isEdges(name) && !isSite(name);

/** How neuPrint calls its tables of sites. */
const neuprintNames: Readonly<Record<keyof SiteFiles, string>> = {
  setPairs: '…_SynapseSet_to_SynapseSet.csv',
  synapsesOfSets: '…_SynapseSet_to_Synapses.csv',
  setsOfNeurons: '…_Neuron_to_SynapseSet.csv',
  sets: '…_SynapseSet.csv',
  contacts: '…_Synapse_Connections.csv',
  synapses: '…_Synapses.csv',
};

/** What their names hold; the longest first. */
const siteNames: readonly (readonly [keyof SiteFiles, RegExp])[] = [
  ['setPairs', /SynapseSets?_to_SynapseSets?/i],
  ['synapsesOfSets', /SynapseSets?_to_Synapses?/i],
  ['setsOfNeurons', /Neurons?_to_SynapseSets?/i],
  ['sets', /SynapseSets?/i],
  ['contacts', /Synapse_Connections?|Synapses?_to_Synapses?/i],
  ['synapses', /Synapses?/i],
];

function siteFilesAmong(folder: string, tables: readonly string[]): SiteFiles | undefined {
  const found: Partial<Record<keyof SiteFiles, string>> = {};
  for (const name of tables.filter(isSite)) {
    const [kind] = siteNames.find(([, pattern]) => pattern.test(name)) ?? [];
    if (!kind) continue;
    if (found[kind])
      throw badInput(
        `${folder} holds ${basename(found[kind])} and ${name}, which are alike.`,
        'Leave one of them.',
      );
    found[kind] = join(folder, name);
  }
  if (Object.keys(found).length === 0) return undefined;
  const missing = siteNames.filter(([kind]) => kind !== 'setPairs' && !found[kind]).map(([kind]) => kind);
  if (missing.length === 0) return found as SiteFiles;
  throw badInput(
    `${folder} holds ${Object.values(found)
      .map((path) => basename(path))
      .join(', ')}, but lacks ${missing.map((kind) => neuprintNames[kind]).join(', ')}.`,
    'Synaptic sites need all of their tables; take those there are away to import connections alone.',
  );
}

/** neuPrint's own files (`…_Neurons.csv`, `…_Neuron_Connections.csv`) and edge lists with a table of nodes. */
function filesAmong(folder: string, names: readonly string[]): GraphFiles | undefined {
  const tables = names.filter((name) => tableEnding.test(name)).sort();
  const edges = tables.filter(isEdges);
  const neurons = tables.filter(isNeurons);
  if (edges.length !== 1 || neurons.length > 1) return undefined;
  const sites = neurons[0] ? siteFilesAmong(folder, tables) : undefined;
  const meta = tables.find((name) => /(^|_)meta[._]/i.test(name));
  return {
    edges: join(folder, edges[0]),
    ...(neurons[0] ? { neurons: join(folder, neurons[0]) } : {}),
    ...(sites ? { sites } : {}),
    ...(meta && neurons[0] ? { meta: join(folder, meta) } : {}),
  };
}

async function filesOf(path: string): Promise<GraphFiles | string> {
  const found = await stat(path).catch(() => {
    throw notFound(`${path} does not exist.`);
  });
  if (!found.isDirectory()) {
    if (path.toLowerCase().endsWith('.zip')) return path;
    const beside = filesAmong(dirname(path), await readdir(dirname(path)));
    return beside?.edges === path ? beside : { edges: path };
  }
  const names = (await readdir(path)).sort();
  const files = filesAmong(path, names);
  if (files) return files;
  const archives = names.filter((name) => name.toLowerCase().endsWith('.zip'));
  if (archives.length === 1) return join(path, archives[0]);
  throw badInput(
    `${path} holds no graph: ${names.slice(0, 20).join(', ') || 'nothing'}.`,
    'Give an edge list (CSV, Parquet, Arrow), a folder with one, or neuPrint CSV files.',
  );
}

/**
 * Reads a graph from a file or a folder: an edge list with or without a table of neurons (CSV, TSV, Parquet, Arrow),
 * neuPrint's CSV files of neurons, their connections and synaptic sites, or the archive of the larval connectome. Nothing is returned
 * unless all of it is in order.
 *
 * @throws StratomeError notFound, or badInput that names the line
 */
export async function readGraphFiles(path: string, options: GraphFileOptions = {}): Promise<ImportedGraph> {
  const files = await filesOf(path);
  if (typeof files === 'string') return readMatrixArchive(files);
  const { ids = 'numbers', selfLoops = files.neurons ? 'keep' : 'refuse' } = options;
  const { sites: siteFiles, meta } = files;
  if (siteFiles && ids === 'names')
    throw badInput(
      `${files.edges} lies beside tables of synaptic sites.`,
      'They need neurons with ids: leave --ids out.',
    );
  const graph = await readEdgeList(
    files.edges,
    { ids, selfLoops, weightless: siteFiles !== undefined },
    files.neurons,
  );
  const described = meta === undefined ? graph : { ...graph, meta: await readMetaTable(meta) };
  if (!siteFiles) return described;
  const places = new Map(Array.from(graph.bodyIds, (id, i) => [String(id), i]));
  const sites = await readSiteTables(siteFiles, places, files.neurons!);
  return { ...described, sites, edges: tallySites(sites, graph.edges, graph.bodyIds) };
}

/** A dataset's name made from a path: letters, digits and underscores, a letter first. */
export function datasetNameFrom(path: string): string {
  const stem = basename(path)
    .replace(tableEnding, '')
    .replace(/\.zip$/i, '');
  const name = stem.replaceAll(/\W+/g, '_').replace(/^[^A-Za-z]+/, '');
  return name === '' ? 'graph' : name.slice(0, 63);
}
