import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  deleteDataset,
  exportFormats,
  exportGraph,
  loadConnectome,
  loadGraph,
  migrate,
  queries,
  readGraphFiles,
  type Graph,
} from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPython } from './clients/python.js';
import { migrationFolder, openTestGraph } from './graph-tissue.js';
import { plantTables } from './neuprint-tissue.js';
import { stratome } from './stratome-command.js';

const dataset = 'exported';
const planted = plantTables(dataset);
const linked = planted.connections.filter(({ weight }) => weight >= 1n);
const ends = new Set(linked.flatMap((c) => [c.preBodyId, c.postBodyId]));
/** Glia and pieces are exported only with connections. */
const listed = planted.neurons.filter(({ bodyId, neuron }) => neuron || ends.has(bodyId));
const edges = linked.map((c) => [String(c.preBodyId), String(c.postBodyId), Number(c.weight)] as const);
let graph: Graph;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exports-'));
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await deleteDataset(graph, dataset);
  await loadConnectome(graph, planted.dataset, 1n, planted.rows);
  const seen = { expectedRevision: 0n, expectedEpoch: 0n };
  await graph.run(queries.setHead, { dataset, ...seen, revision: 1n, committedAt: '2026-01-02T00:00:00Z' });
});
afterAll(async () => {
  await deleteDataset(graph, dataset);
  await graph.close();
  await rm(folder, { recursive: true, force: true });
});

const newFolder = () => mkdtemp(join(folder, 'to-'));
const sorted = (list: readonly (readonly unknown[])[]) => list.map((row) => row.join(' ')).sort();

describe('an export', () => {
  it('is read by pandas, pyarrow, NetworkX and igraph as what the graph holds', async () => {
    const folders = Object.fromEntries(
      await Promise.all(exportFormats.map(async (format) => [format, await newFolder()] as const)),
    );
    for (const format of exportFormats) {
      const asked = { format, folder: folders[format], minWeight: 1n };
      const counts = await exportGraph(graph, dataset, asked);
      expect(counts).toMatchObject({ revision: 1n, neurons: listed.length, connections: linked.length });
      expect((await readdir(folders[format])).filter((name) => name.startsWith('.'))).toEqual([]);
    }
    const graphml = join(folders.graphml, `${dataset}.graphml`);
    const read = await runPython('read_graph_exports.py', { ...folders, graphml, dataset });
    const types = Object.fromEntries(listed.map(({ bodyId, type }) => [String(bodyId), type]));
    for (const reader of ['csv', 'parquet', 'arrow', 'networkx']) {
      expect(read[reader].neurons, reader).toBe(listed.length);
      expect(sorted(read[reader].edges), reader).toEqual(sorted(edges));
      expect(read[reader].types, reader).toEqual(types);
    }
    expect(Object.values(types)).toContain("MBON01(y5B'2a)_R");
    expect(read.parquet.kinds).toMatchObject({ bodyId: 'int64', cableLengthUm: 'float64' });
    const synapses = edges.reduce((sum, [, , weight]) => sum + weight, 0);
    expect(read.igraph).toEqual({ neurons: listed.length, edges: edges.length, synapses });
  });

  it('can be imported again, in every form with tables', async () => {
    for (const format of ['csv', 'parquet', 'arrow'] as const) {
      const to = await newFolder();
      await exportGraph(graph, dataset, { format, folder: to, minWeight: 1n });
      const imported = await readGraphFiles(to);
      const named = Array.from(imported.edges.weights, (weight, i) => [
        imported.bodyIds[imported.edges.sources[i]],
        imported.bodyIds[imported.edges.targets[i]],
        weight,
      ]);
      expect(sorted(named), format).toEqual(sorted(edges));
      const typeOf = new Map(planted.neurons.map(({ bodyId, type }) => [bodyId, type]));
      imported.bodyIds.forEach((id, i) => expect(imported.neurons[i].type).toBe(typeOf.get(id)));
      const roisOf = new Map(planted.neurons.map(({ bodyId, rois }) => [bodyId, rois]));
      imported.bodyIds.forEach((id, i) => expect(imported.neurons[i].rois).toEqual(roisOf.get(id)));
      const inWest = imported.edges.roiInfo!.filter((text) => JSON.parse(text).west).length;
      expect(inWest).toBe(linked.filter(({ rois }) => rois?.west).length);
    }
  });

  it('with its synaptic sites is imported again as what it was', async () => {
    const again = `${dataset}Again`;
    const texts = async (name: string) => {
      const to = await newFolder();
      const asked = { format: 'csv', folder: to, minWeight: 0n, sites: true } as const;
      const { files } = await exportGraph(graph, name, asked);
      const read = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      return { to, files: files.map((file) => file.slice(to.length + name.length + 2)), read };
    };
    await deleteDataset(graph, again);
    try {
      const first = await texts(dataset);
      expect(first.files).toEqual([
        'Neurons.csv', 'Neuron_Connections.csv', 'Synapses.csv', 'SynapseSet.csv', 'Neuron_to_SynapseSet.csv',
        'SynapseSet_to_SynapseSet.csv', 'SynapseSet_to_Synapses.csv', 'Synapse_Connections.csv', 'Meta.csv',
      ]); // prettier-ignore
      const target = { dataset: again, editedAt: '2026-01-02T00:00:00Z', uuid: 'again', status: 'Segmented' };
      const imported = await readGraphFiles(first.to);
      expect(imported.sites?.contacts.pre.length).toBe(planted.synapses.length);
      await loadGraph(graph, target, imported);
      const second = await texts(again);
      for (const [i, name] of first.files.entries()) expect(second.read[i], name).toBe(first.read[i]);
    } finally {
      await deleteDataset(graph, again);
    }
  });

  it('by command leaves what is there alone', async () => {
    const to = await newFolder();
    const ran = await stratome('export-graph', dataset, '--format', 'graphml', '--out', to);
    expect(ran.json).toMatchObject({ dataset, revision: 1, connections: linked.length });
    await writeFile(join(to, 'neurons.parquet'), 'mine');
    const clash = await stratome('export-graph', dataset, '--format', 'parquet', '--out', to);
    expect([clash.code, clash.json.error?.message]).toEqual([
      4,
      expect.stringContaining('neurons.parquet exists'),
    ]);
    expect(await readFile(join(to, 'neurons.parquet'), 'utf8')).toBe('mine');
    const nowhere = await stratome('export-graph', dataset, '--out', join(to, 'nowhere'));
    expect([nowhere.code, nowhere.json.error?.message]).toEqual([2, expect.stringContaining('is no folder')]);
    const unknown = await stratome('export-graph', 'nobody', '--out', await newFolder());
    expect(unknown.code).toBe(3);
    const without = await stratome('export-graph', dataset, '--format', 'swc', '--out', await newFolder());
    expect([without.code, without.json.error?.message]).toEqual([3, expect.stringContaining('no skeletons')]);
  });
});
