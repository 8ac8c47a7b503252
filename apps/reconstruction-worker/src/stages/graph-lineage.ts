import { refId, refOf, type ArtifactRef, type ArtifactRow } from '@stratome/connectome';
import { StratomeError, type Vec3 } from '@stratome/core';
import { stageLineage, type TaskLineage } from '@stratome/operations';
import { stageNames, stages, type StageName, type TaskPlan } from '@stratome/pipeline';
import { artifactSetHash, type ModelReference } from '@stratome/provenance';
import type { DataSource } from 'typeorm';
import { alignedBoxOf, type Geometry } from './geometry.js';
import { blocksOfFootprint } from './synapsemerge.js';

/** What one run's tasks of one stage read and wrote, of what still stands. */
export interface StageExecution {
  readonly runId: string;
  readonly stage: StageName;
  readonly used: ReadonlyMap<string, ArtifactRef>;
  readonly generated: ReadonlyMap<string, ArtifactRef>;
}

/** Everything a dataset holds at a revision: what each task wrote, and what it was made from. */
export interface Lineage {
  /** All but tiles. */
  readonly artifacts: readonly ArtifactRow[];
  readonly executions: readonly StageExecution[];
  /** Folders of the models used, by the hash of their weights. */
  readonly modelDirectories: ReadonlyMap<string, string>;
  /** The artefact of the graph that a stored artefact is part of. @throws StratomeError internal when there is none */
  resolve(stored: ArtifactRef): ArtifactRef;
}

type StoredPlan = TaskPlan & { readonly model?: ModelReference & { readonly directory: string } };

/**
 * What a task wrote of one kind is one artefact of the graph, under the task's key. Not so these: several tiles
 * pass through one task, and what follows must not be traced back to all of them.
 */
const oneByOne: readonly string[] = [
  'tile',
  'normalised',
  'agglomeration',
  'partner-exclusions',
  'object-natures',
  'synapses',
];

/** Which inputs of its task an artefact was made from; to the others of those kinds it is only adjusted. */
interface OwnInputs {
  readonly of: Readonly<Record<string, (key: string) => readonly string[]>>;
  /** What the task wrote beside it is all that it took from the others; they are its parameters when left out. */
  readonly othersThrough?: string;
}

const sameKey = (key: string): string[] => [key];
const none = (): string[] => [];

const ofObjectsInBlock: OwnInputs = {
  of: { 'object-rows': sameKey, 'segment-classes': none },
  othersThrough: 'objects',
};

const ownInputs: Readonly<Record<string, OwnInputs>> = {
  normalised: { of: { tile: sameKey } },
  agglomeration: { of: { 'supervoxel-table': sameKey, 'edge-table': none }, othersThrough: 'merges' },
  'partner-exclusions': ofObjectsInBlock,
  'object-natures': ofObjectsInBlock,
  synapses: { of: { 'synapse-records': blocksOfFootprint }, othersThrough: 'presynaptic-kinds' },
};

interface TaskOutput extends ArtifactRef {
  readonly sizeBytes: bigint;
  readonly members: readonly ArtifactRef[];
  readonly chunks?: ArtifactRow['chunks'];
}

/** Chunks of all mips of a volume are of the kind that is the volume's name. */
const volumeOfChunk = (kind: string): string | undefined => /^([^/]+)\/\d+$/.exec(kind)?.[1];

/** The boxes of chunk positions that the chunks of a volume fill, by mip. */
function chunksOf(members: readonly ArtifactRef[]): NonNullable<ArtifactRow['chunks']> {
  const byMip = new Map<number, number[][]>();
  for (const { kind, key } of members) {
    const mip = Number(kind.slice(kind.lastIndexOf('/') + 1));
    byMip.set(mip, [...(byMip.get(mip) ?? []), key.split('/').map(Number)]);
  }
  const corner = (positions: number[][], pick: (...values: number[]) => number): Vec3 => [
    pick(...positions.map((p) => p[0])),
    pick(...positions.map((p) => p[1])),
    pick(...positions.map((p) => p[2])),
  ];
  return [...byMip]
    .toSorted(([a], [b]) => a - b)
    .map(([mip, positions]) => {
      const [z, y, x] = corner(positions, Math.max);
      return { mip, positions: { begin: corner(positions, Math.min), end: [z + 1, y + 1, x + 1] } };
    });
}

function outputsOf(task: TaskLineage): TaskOutput[] {
  const groups = new Map<string, TaskLineage['outputs']>();
  for (const row of task.outputs) {
    const kind = volumeOfChunk(row.kind) ?? row.kind;
    const group = oneByOne.includes(kind) ? `${kind}\n${row.key}` : kind;
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return [...groups.values()].map((members) => {
    const [first] = members;
    const volume = volumeOfChunk(first.kind);
    const kind = volume ?? first.kind;
    return {
      kind,
      key: oneByOne.includes(kind) ? first.key : task.key,
      hash: members.length === 1 && !volume ? first.hash : artifactSetHash(members),
      sizeBytes: members.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n),
      members: members.map(refOf),
      ...(volume && { chunks: chunksOf(members) }),
    };
  });
}

function sourcesOf(
  task: TaskLineage,
  output: TaskOutput,
  resolve: Lineage['resolve'],
): Pick<ArtifactRow, 'pixelsFrom' | 'parametersFrom'> {
  const own = ownInputs[output.kind];
  const pixels = new Map<string, ArtifactRef>();
  const parameters = new Map<string, ArtifactRef>();
  for (const input of task.inputs) {
    const from = resolve(input);
    const ownKeys = own?.of[input.kind];
    const other = ownKeys !== undefined && !ownKeys(output.key).includes(input.key);
    if (other && own.othersThrough) continue;
    (input.role === 'pixels' && !other ? pixels : parameters).set(refId(from), from);
  }
  // Ingest reads files instead of artefacts: what it measures is of the tiles that it archives beside.
  if (output.kind !== 'tile') {
    for (const tile of task.outputs.filter(({ kind }) => kind === 'tile')) {
      parameters.set(refId(tile), refOf(tile));
    }
  }
  for (const beside of task.outputs.filter(({ kind }) => kind === own?.othersThrough)) {
    parameters.set(refId(beside), refOf(beside));
  }
  for (const id of pixels.keys()) parameters.delete(id);
  return { pixelsFrom: [...pixels.values()], parametersFrom: [...parameters.values()] };
}

/**
 * Turns what tasks read and wrote into artefacts of the graph and what each was made from.
 *
 * @throws StratomeError internal when a task read something that does not stand any more, nor anything equal to it
 */
export function lineageOf(tasks: readonly TaskLineage[], g: Geometry): Lineage {
  const outputs = tasks.map((task) => ({ task, outputs: outputsOf(task) }));
  const partOf = new Map<string, ArtifactRef>();
  for (const output of outputs.flatMap((entry) => entry.outputs)) {
    for (const member of output.members) partOf.set(refId(member), refOf(output));
  }
  const resolve: Lineage['resolve'] = (stored) => {
    const found = partOf.get(refId(stored));
    if (found) return found;
    throw new StratomeError(
      'internal',
      `No task made the ${stored.kind} ${stored.key} (${stored.hash.slice(0, 12)}) that another one read.`,
      'Run the dataset again.',
    );
  };
  const artifacts: ArtifactRow[] = [];
  const executions = new Map<
    string,
    StageExecution & Record<'used' | 'generated', Map<string, ArtifactRef>>
  >();
  const modelDirectories = new Map<string, string>();
  for (const { task, outputs: made } of outputs) {
    const stage = task.stage as StageName;
    const plan = task.plan as StoredPlan;
    if (plan.model) modelDirectories.set(plan.model.hash, plan.model.directory);
    const id = `${task.run} ${stage}`;
    const execution = executions.get(id) ?? { runId: task.run, stage, used: new Map(), generated: new Map() };
    executions.set(id, execution);
    const box = alignedBoxOf(stage, plan.detail, g);
    for (const output of made) {
      execution.generated.set(refId(output), refOf(output));
      if (output.kind === 'tile') continue;
      const row: ArtifactRow = {
        ...refOf(output),
        layer: stages[stage].layer,
        box,
        ...(output.chunks && { chunks: output.chunks }),
        sizeBytes: output.sizeBytes,
        ...sourcesOf(task, output, resolve),
      };
      artifacts.push(row);
      for (const from of [...row.pixelsFrom, ...row.parametersFrom]) execution.used.set(refId(from), from);
    }
  }
  for (const { used, generated } of executions.values()) for (const own of generated.keys()) used.delete(own);
  return { artifacts, executions: [...executions.values()], modelDirectories, resolve };
}

/** The lineage of a dataset as a reader of `revision` sees it, of every stage but the one that writes the graph. */
export async function readLineage(
  db: DataSource,
  dataset: string,
  revision: number,
  g: Geometry,
): Promise<Lineage> {
  const tasks: TaskLineage[] = [];
  for (const stage of stageNames.filter((name) => name !== 'graph')) {
    tasks.push(...(await stageLineage(db, dataset, revision, stage)));
  }
  return lineageOf(tasks, g);
}
