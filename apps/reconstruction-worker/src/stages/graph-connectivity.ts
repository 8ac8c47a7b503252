import { tallySynapses, type ArtifactRef, type DatasetRow, type SynapseRow } from '@stratome/connectome';
import { StratomeError } from '@stratome/core';
import type { ResolvedTask } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import type { Geometry } from './geometry.js';
import { readAnnotations, type AnnotatedState } from './graph-annotations.js';
import type { Lineage } from './graph-lineage.js';
import { graphParameters } from './graph-parameters.js';
import {
  fragmentRows,
  isNeuron,
  neuronRows,
  objectsInGraph,
  synapseRows,
  type ShapeSummary,
} from './graph-rows.js';
import type { StoredObject } from './objects.js';
import type { StoredSynapse } from './stored-synapses.js';

/** What connectivity is read from. */
export interface ConnectivityInputs extends Pick<DatasetRow, 'thresholds' | 'uncalibrated'> {
  readonly inputs: ResolvedTask['inputs'];
  readonly io: TaskIo;
  readonly g: Geometry;
  /** The artefact of the graph that a stored one is part of. */
  readonly resolve: (stored: ArtifactRef) => ArtifactRef;
}

/** @param task resolved, with the parameters of the stage that writes the graph */
export const connectivityInputs = (
  { inputs, parameters }: ResolvedTask,
  { dataset }: Pick<AnnotatedState, 'dataset'>,
  io: TaskIo,
  g: Geometry,
  resolve: ConnectivityInputs['resolve'],
): ConnectivityInputs => ({
  inputs,
  io,
  g,
  resolve,
  thresholds: graphParameters.parse(parameters),
  uncalibrated: dataset.truthPath === null,
});

async function readSynapses(
  { inputs, io, g, resolve, uncalibrated }: ConnectivityInputs,
  bodies: ReadonlySet<bigint>,
): Promise<SynapseRow[]> {
  const kind = 'synapses';
  const rows: SynapseRow[] = [];
  for (const [key, { hash }] of inputs.get(kind) ?? []) {
    const stored = await io.readJson<StoredSynapse[]>(kind, key);
    rows.push(...synapseRows(stored, resolve({ kind, key, hash }), g, (id) => bodies.has(id), uncalibrated));
  }
  return rows;
}

async function readShapes(io: TaskIo): Promise<Map<string, ShapeSummary>> {
  const shapes = new Map<string, ShapeSummary>();
  for (const key of io.keys('shape-summary')) {
    for (const shape of await io.readJson<ShapeSummary[]>('shape-summary', key)) shapes.set(shape.id, shape);
  }
  return shapes;
}

/** Neurons, synapses and connections as the stages and people's annotations say, the latter where they find their place. */
export async function tallied(state: AnnotatedState, source: ConnectivityInputs) {
  const { io, g, thresholds } = source;
  const all = await io.readJson<StoredObject[]>('objects', 'dataset');
  const bodies = new Set(all.map(({ id }) => BigInt(id)));
  const annotations = await readAnnotations(state, g, (id) => bodies.has(id));
  const found = await readSynapses(source, bodies);
  const synapses = annotations.correct(found);
  const { counts, connections } = tallySynapses(synapses, thresholds);
  const objects = objectsInGraph(all, counts);
  const isNeuronId = new Set(all.filter(isNeuron).map(({ id }) => BigInt(id)));
  return {
    neurons: neuronRows(objects, await readShapes(io), counts, annotations.types, g),
    synapses,
    connections: connections.filter((c) => isNeuronId.has(c.preBodyId) && isNeuronId.has(c.postBodyId)),
    objects,
    isNeuronId,
    withoutPlace: () => annotations.withoutPlace(found),
  };
}

export type Tallied = Awaited<ReturnType<typeof tallied>>;

/** As `tallied`, with the fragments of which the objects consist. */
export async function connectivityRows(state: AnnotatedState, source: ConnectivityInputs, lineage: Lineage) {
  const { objects, ...rows } = await tallied(state, source);
  const blocks = new Map(
    lineage.artifacts
      .filter(({ kind }) => kind === 'object-rows')
      .map(({ kind, key, hash }) => [key, { kind, key, hash }] as const),
  );
  const sourceOf = (key: string): ArtifactRef => {
    const block = blocks.get(key);
    if (block) return block;
    throw new StratomeError(
      'internal',
      `An object of "${state.dataset.name}" has a part in block ${key}, which no task wrote.`,
    );
  };
  return { ...rows, fragments: fragmentRows(objects, sourceOf, source.g) };
}
