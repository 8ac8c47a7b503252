import type { queries } from '@stratome/connectome';
import type { ResolvedTask } from '@stratome/pipeline';
import { TaskIo } from '../execution/task-io.js';
import type { Geometry } from '../stages/geometry.js';
import {
  connectivityInputs,
  tallied,
  type ConnectivityInputs,
  type Tallied,
} from '../stages/graph-connectivity.js';
import type { AnnotatedState } from '../stages/graph-annotations.js';
import { measureConnectivity, measuredBy, readMeasures, rowsOfMeasures } from '../stages/graph-measures.js';
import { cellRows } from '../stages/graph-rows.js';

/** What the graph would say of quality, row by row as it answers a diagnosis. */
export interface TrialMeasurements {
  readonly rows: readonly queries.MeasurementsAtRow[];
  readonly weights: readonly queries.StoredWeightsByCellRow[];
}

export interface MeasuredTrial {
  readonly connectivity: Tallied;
  readonly measurements: TrialMeasurements;
}

/**
 * What a trial comes to: its connectivity, and everything that the stages would have measured.
 *
 * @param task of the stage that writes the graph, resolved to what the trial made
 */
export async function measureTrial(
  task: ResolvedTask,
  state: AnnotatedState,
  g: Geometry,
): Promise<MeasuredTrial> {
  const io = new TaskIo(state.store, task);
  const source = connectivityInputs(task, state, io, g, (stored) => stored);
  const connectivity = await tallied(state, source);
  return {
    connectivity,
    measurements: {
      rows: await measuredRows(io, connectivity, source),
      weights: weightsByCell(connectivity),
    },
  };
}

async function measuredRows(
  io: TaskIo,
  connectivity: Tallied,
  source: ConnectivityInputs,
): Promise<queries.MeasurementsAtRow[]> {
  const { g } = source;
  const measures = await readMeasures(io);
  const own = measureConnectivity(measuredBy(connectivity, source, measures), connectivity.connections, g);
  const all = { ...measures, cell: new Map([...measures.cell, ['graph', own] as const]) };
  const cells = new Map([...cellRows(g)].map((cell) => [cell.cellKey, cell]));
  return rowsOfMeasures(all, () => '', g).map(({ cellKey, measure, value, count }) => {
    const { grid, box } = cells.get(cellKey)!;
    return { cellKey, grid, boxBegin: [...box.begin], boxEnd: [...box.end], measure, value, count };
  });
}

/** As the query of this name says of the graph. */
function weightsByCell({ synapses, connections, isNeuronId }: Tallied): queries.StoredWeightsByCellRow[] {
  const stored = new Map(connections.map((c) => [`${c.preBodyId}:${c.postBodyId}`, c.weightHR]));
  const rows = new Map<string, queries.StoredWeightsByCellRow>();
  for (const { cellKey, preBodyId, postBodyId } of synapses) {
    if (!cellKey || preBodyId === null || postBodyId === null) continue;
    if (!isNeuronId.has(preBodyId) || !isNeuronId.has(postBodyId)) continue;
    const pair = `${preBodyId}:${postBodyId}`;
    const { contacts } = rows.get(`${cellKey} ${pair}`) ?? { contacts: 0n };
    const storedWeight = stored.get(pair) ?? null;
    rows.set(`${cellKey} ${pair}`, { cellKey, preBodyId, postBodyId, contacts: contacts + 1n, storedWeight });
  }
  return [...rows.values()];
}
