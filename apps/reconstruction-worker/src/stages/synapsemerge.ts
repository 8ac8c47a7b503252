import {
  assignKinds,
  measureSynapses,
  mergeSynapses,
  synapseMergeParameters,
  synapseParameters,
  type SynapseRecord,
} from '@stratome/postprocessing';
import type { ResolvedTask } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { cellsOf, type Geometry } from './geometry.js';
import type { StageOutcome, ThreadProcessor } from './processor.js';
import { encodeSynapses, recordOf, type StoredSynapse } from './stored-synapses.js';

/**
 * L4: pieces of one synapse put together across blocks, doubtful ones dropped, kinds by presynaptic neuron. The
 * graph, its measures and the evaluation rest on these, never on the records of a block.
 *
 * Synapses are written by footprint, the blocks whose records are in them, so that each is traced to exactly the
 * tiles below those blocks. What decides a kind from elsewhere is an artefact of its own.
 */
export const synapsemerge: ThreadProcessor = {
  parameters: ({ synapse }) => synapseMergeParameters.parse(synapse),
  async plan() {
    return [
      {
        key: 'dataset',
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          { kind: 'synapse-records', role: 'pixels' },
        ],
        detail: {},
      },
    ];
  },
  run: mergeAll,
};

async function mergeAll(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const parameters = synapseParameters.parse(task.parameters);
  const blockOf = new Map<bigint, string>();
  const records: SynapseRecord[] = [];
  for (const block of io.keys('synapse-records')) {
    for (const stored of await io.readJson<StoredSynapse[]>('synapse-records', block)) {
      const record = recordOf(stored);
      blockOf.set(record.id, block);
      records.push(record);
    }
  }
  const synapses = assignKinds(mergeSynapses(records, g.workingNm, parameters), parameters);
  for (const [footprint, list] of byFootprint(synapses, blockOf)) {
    await io.write('synapses', footprint, encodeSynapses(list));
  }
  await io.writeJson('presynaptic-kinds', 'dataset', countKinds(synapses));
  await io.measure(measureSynapses(synapses, cellsOf(g), g.workingNm));
  return { work: synapses.length };
}

/** Between the blocks of a footprint in the key of its artefact. */
const separator = '+';

/** The blocks whose records are in the synapses of an artefact. */
export const blocksOfFootprint = (key: string): string[] => key.split(separator);

function byFootprint(
  synapses: readonly SynapseRecord[],
  blockOf: ReadonlyMap<bigint, string>,
): Map<string, SynapseRecord[]> {
  const groups = new Map<string, SynapseRecord[]>();
  for (const synapse of synapses) {
    const blocks = new Set([synapse.id, ...(synapse.pieces ?? [])].map((id) => blockOf.get(id)!));
    const key = [...blocks].sort().join(separator);
    const group = groups.get(key);
    if (group) group.push(synapse);
    else groups.set(key, [synapse]);
  }
  return groups;
}

/** How many synapses of each kind every presynaptic segment makes, by segment. */
function countKinds(synapses: readonly SynapseRecord[]) {
  const counts = new Map<bigint, { excitatory: number; inhibitory: number }>();
  for (const { preSegment, kind } of synapses) {
    if (preSegment === 0n) continue;
    const count = counts.get(preSegment) ?? { excitatory: 0, inhibitory: 0 };
    count[kind]++;
    counts.set(preSegment, count);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([segment, count]) => ({ segment: String(segment), ...count }));
}
