import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, conflict } from '@stratome/core';
import type { Graph } from '../graph.js';
import { arrowSink, parquetSink } from './columnTables.js';
import {
  connectionTable,
  exportRows,
  neuronTable,
  type ExportCounts,
  type ExportSelection,
} from './exportRows.js';
import { exportSites, siteFileNames } from './exportSites.js';
import { readExportedMeta, withFurther } from './furtherColumns.js';
import type { ExportTable, RowSink } from './exportTable.js';
import { csvSink, graphmlSinks } from './textTables.js';

export const exportFormats = ['csv', 'graphml', 'parquet', 'arrow'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Where a dataset is written, and what of it. */
export interface ExportTarget extends ExportSelection {
  readonly format: ExportFormat;
  readonly folder: string;
  /** Whether to write synaptic sites too, in neuPrint's tables. */
  readonly sites?: boolean;
}

interface Sinks {
  readonly neurons: RowSink;
  readonly connections: RowSink;
}

/** Files of each format; those of CSV are called as neuPrint's import calls them. */
const fileNames = (format: ExportFormat, dataset: string): string[] =>
  format === 'csv'
    ? [`${dataset}_Neurons.csv`, `${dataset}_Neuron_Connections.csv`]
    : format === 'graphml'
      ? [`${dataset}.graphml`]
      : [`neurons.${format}`, `connections.${format}`];

async function openSinks(
  format: ExportFormat,
  [first, second]: readonly string[],
  neuronTable: ExportTable,
  connectionTable: ExportTable,
): Promise<Sinks> {
  switch (format) {
    case 'csv':
      return {
        neurons: await csvSink(first, neuronTable),
        connections: await csvSink(second, connectionTable),
      };
    case 'graphml':
      return graphmlSinks(first, neuronTable, connectionTable);
    case 'parquet':
      return {
        neurons: parquetSink(first, neuronTable),
        connections: parquetSink(second, connectionTable),
      };
    case 'arrow':
      return { neurons: arrowSink(first, neuronTable), connections: arrowSink(second, connectionTable) };
  }
}

/**
 * Refuses a folder that does not exist, and files that are there already.
 *
 * @throws StratomeError badInput or conflict
 */
export async function requireExportFolder(folder: string, files: readonly string[]): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw badInput(`${folder} is no folder.`, 'Make it, or give another with --out.');
  const there = (await readdir(folder)).find((name) => files.includes(name));
  if (there !== undefined)
    throw conflict(`${join(folder, there)} exists.`, 'Remove it, or give another folder.');
}

/**
 * Writes a dataset's neurons and connections as files, in memory of a page. They appear under their names when all is
 * written; a failure leaves none.
 *
 * @returns what was written, and the files
 * @throws StratomeError badInput for a folder that does not exist, conflict for a file that does, notFound for an
 *   unknown dataset
 */
export async function exportGraph(
  graph: Graph,
  dataset: string,
  target: ExportTarget,
  onProgress?: (done: number, all: number) => void,
): Promise<ExportCounts & { readonly files: string[] }> {
  const { format, folder } = target;
  if (target.sites && format !== 'csv')
    throw badInput(`Synaptic sites are not written as ${format}.`, 'Say --format csv.');
  if (target.sites && (target.maskFlagged || (target.minConfidence ?? null) !== null))
    throw badInput('Synaptic sites are exported without a mask.', 'Leave the mask out, or the sites.');
  const names = [...fileNames(format, dataset), ...(target.sites ? siteFileNames(dataset) : [])];
  await requireExportFolder(folder, names);
  const { meta, further } = await readExportedMeta(graph, dataset);
  const partial = await mkdtemp(join(folder, '.export-'));
  try {
    const sinks = await openSinks(
      format,
      names.map((name) => join(partial, name)),
      withFurther(neuronTable, further.neurons),
      withFurther(connectionTable, further.connections),
    );
    // A contact needs its connection, also one of low confidence alone.
    const selection = target.sites ? { ...target, minWeight: 0n } : target;
    const counts = await exportRows(graph, dataset, selection, sinks, further, onProgress);
    if (target.sites && meta)
      await exportSites(graph, dataset, partial, { meta, types: further.synapses, epoch: counts.epoch });
    for (const name of names) await rename(join(partial, name), join(folder, name));
    return { ...counts, files: names.map((name) => join(folder, name)) };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
