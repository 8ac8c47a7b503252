import type { ArtifactRef } from '@stratome/connectome';
import { artifactsAt } from '@stratome/operations';
import { stages } from '@stratome/pipeline';
import type { Geometry } from '../stages/geometry.js';
import type { AnnotatedState } from '../stages/graph-annotations.js';
import { connectivityInputs, type ConnectivityInputs } from '../stages/graph-connectivity.js';
import { resolveTask } from './resolve-task.js';
import { TaskIo } from './task-io.js';

const readKinds = ['objects', 'synapses', 'shape-summary'];

/**
 * What connectivity is read from in a state of a dataset: the inputs of the stage that writes the graph, without the
 * measurements.
 *
 * @param state of a finished run, at the revision that `state.run` says
 * @param resolve the artefact of the graph that a stored one is part of
 */
export async function resolveConnectivity(
  state: AnnotatedState,
  g: Geometry,
  resolve: (stored: ArtifactRef) => ArtifactRef,
): Promise<ConnectivityInputs> {
  const { db, store, dataset, run } = state;
  const artifactsOf =
    state.artifactsOf ?? ((kind, keys) => artifactsAt(db, dataset.name, run.revision, kind, keys));
  const inputs = readKinds.map((kind) => ({ kind, role: 'parameters' as const }));
  const task = { stage: 'graph', key: 'dataset', plan: { key: 'dataset', inputs, detail: {} } };
  const { resolved } = await resolveTask(artifactsOf, task, run, dataset, stages.graph.version);
  return connectivityInputs(resolved, state, new TaskIo(store, resolved), g, resolve);
}
