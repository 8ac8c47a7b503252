import { voxelsIn } from '@stratome/core';
import {
  agglomerate as agglomerateSupervoxels,
  agglomerationParameters,
  measureAgglomeration,
  mergeEdgeTables,
  mergeSupervoxelTables,
  type EdgeTable,
  type SupervoxelTable,
} from '@stratome/segmentation';
import { LabelPairTable } from '@stratome/kernels';
import { objectTable } from '@stratome/postprocessing';
import type { ResolvedTask } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { boxOf, cellsOf, chunksUnder, volumeOf, type Geometry } from './geometry.js';
import type { StageOutcome, ThreadProcessor } from './processor.js';
import { planBlocks } from './supervoxels.js';

const readAll = <T>(io: TaskIo, kind: string): Promise<T[]> =>
  Promise.all(io.keys(kind).map(async (key) => (await io.readTable(kind, key)) as T));

/** L3: supervoxels to segments, over the whole dataset at once. */
export const agglomerate: ThreadProcessor = {
  parameters: ({ segmentation }) => agglomerationParameters.parse(segmentation),
  async plan() {
    return [
      {
        key: 'dataset',
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          { kind: 'edge-table', role: 'parameters' },
          { kind: 'supervoxel-table', role: 'parameters' },
        ],
        detail: {},
      },
    ];
  },
  async run(task, io): Promise<StageOutcome> {
    const parameters = agglomerationParameters.parse(task.parameters);
    const edges = mergeEdgeTables(await readAll<EdgeTable>(io, 'edge-table'));
    const table = mergeSupervoxelTables(await readAll<SupervoxelTable>(io, 'supervoxel-table'));
    const agglomeration = agglomerateSupervoxels(edges, table, parameters);
    const { supervoxel, segment, segments, merges, decisiveScore, joined } = agglomeration;
    await io.writeTable('agglomeration', 'dataset', { supervoxel, segment });
    await io.writeTable('segment-classes', 'dataset', { ...segments });
    await io.writeTable('merges', 'dataset', { ...merges });
    await io.writeTable('edge-decisions', 'dataset', {
      a: edges.a,
      b: edges.b,
      faces: edges.count,
      decisiveScore,
      joined,
    });
    const g = await io.readJson<Geometry>('geometry', 'dataset');
    const made = { edges, supervoxels: table, agglomeration };
    await io.measure(measureAgglomeration(made, cellsOf(g), g.workingNm, parameters));
    return { work: table.id.length };
  },
};

/** L3: writes the segmentation, and what each block holds of every segment. */
export const segment: ThreadProcessor = {
  parameters: () => ({}),
  plan: (context) =>
    planBlocks(context, (g, box) => [
      chunksUnder(volumeOf('supervoxels', context.dataset.name, g), 0, box),
      { kind: 'agglomeration', keys: ['dataset'], role: 'parameters' },
    ]),
  run: writeSegments,
};

async function writeSegments(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const box = boxOf(task.detail);
  const ids = (await io.readVolume(volumeOf('supervoxels', task.dataset, g), 0, box)) as BigUint64Array;
  const mapping = await io.readTable<{ supervoxel: BigUint64Array; segment: BigUint64Array }>(
    'agglomeration',
    'dataset',
  );
  relabel(ids, mapping.supervoxel, mapping.segment);
  await io.writeVolume(volumeOf('segmentation', task.dataset, g), 0, box, ids);
  const rows = objectTable(ids, box, g.workingShape).map((row) => ({ ...row, id: String(row.id) }));
  await io.writeJson('object-rows', task.key, rows);
  return { work: voxelsIn(box) };
}

/**
 * Replaces ids (mutated) by what the table maps them to; ids it lacks become 0.
 *
 * Ids are looked up as pairs of 32-bit words, many times faster than bigints in a Map.
 */
export function relabel(ids: BigUint64Array, from: BigUint64Array, to: BigUint64Array): void {
  const table = new LabelPairTable(from.length);
  const source = new Uint32Array(from.buffer, from.byteOffset, 2 * from.length);
  for (let i = 0; i < from.length; i++) table.entry(source[2 * i], source[2 * i + 1]);
  const target = new Uint32Array(to.buffer, to.byteOffset, 2 * to.length);
  const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length);
  let [low, high, entry] = [0, 0, -1];
  for (let i = 0; i < words.length; i += 2) {
    if (words[i] === 0 && words[i + 1] === 0) continue;
    if (words[i] !== low || words[i + 1] !== high) {
      low = words[i];
      high = words[i + 1];
      entry = table.find(low, high);
    }
    words[i] = entry < 0 ? 0 : target[2 * entry];
    words[i + 1] = entry < 0 ? 0 : target[2 * entry + 1];
  }
}
