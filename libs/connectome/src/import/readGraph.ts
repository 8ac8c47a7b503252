import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { badInput, notFound } from '@stratome/core';
import { readEdgeList, type EdgeListOptions } from './edgeList.js';
import type { ImportedGraph } from './importedGraph.js';
import { readMatrixArchive } from './matrix.js';
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
}

const isEdges = (name: string) => /edge|neuron_connections|(^|[-_])connections/i.test(name);
const isNeurons = (name: string) => /^(nodes|neurons)\b|_neurons[._]|_neurons$/i.test(name) && !isEdges(name);

/** neuPrint's own files (`…_Neurons.csv`, `…_Neuron_Connections.csv`) and edge lists with a table of nodes. */
function filesAmong(folder: string, names: readonly string[]): GraphFiles | undefined {
  const tables = names.filter((name) => tableEnding.test(name)).sort();
  const edges = tables.filter(isEdges);
  const neurons = tables.filter(isNeurons);
  if (edges.length !== 1 || neurons.length > 1) return undefined;
  return { edges: join(folder, edges[0]), ...(neurons[0] ? { neurons: join(folder, neurons[0]) } : {}) };
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
 * neuPrint's CSV files of neurons and their connections, or the archive of the larval connectome. Nothing is returned
 * unless all of it is in order.
 *
 * @throws StratomeError notFound, or badInput that names the line
 */
export async function readGraphFiles(path: string, options: GraphFileOptions = {}): Promise<ImportedGraph> {
  const files = await filesOf(path);
  if (typeof files === 'string') return readMatrixArchive(files);
  const { ids = 'numbers', selfLoops = files.neurons ? 'keep' : 'refuse' } = options;
  return readEdgeList(files.edges, { ids, selfLoops }, files.neurons);
}

/** A dataset's name made from a path: letters, digits and underscores, a letter first. */
export function datasetNameFrom(path: string): string {
  const stem = basename(path)
    .replace(tableEnding, '')
    .replace(/\.zip$/i, '');
  const name = stem.replaceAll(/\W+/g, '_').replace(/^[^A-Za-z]+/, '');
  return name === '' ? 'graph' : name.slice(0, 63);
}
