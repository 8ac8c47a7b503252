import type { ConfidenceThresholds, MeasurementRow, queries, SynapseRow } from '@stratome/connectome';
import { StratomeError, type CellMeasurement } from '@stratome/core';
import {
  combineMeasurements,
  measureConnections,
  measureConnectionStrength,
  measureRecount,
  measureUnconnected,
  measureWeightPerCable,
} from '@stratome/diagnostics';
import { stageNames, type StageName } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import type { ConnectivityInputs, Tallied } from './graph-connectivity.js';
import { cellNumber, measurementRows } from './graph-rows.js';
import { cellsOf, type Geometry } from './geometry.js';

/** Stages whose measurements the graph holds beside those of the one that writes it. */
const measuredBefore = stageNames.filter((stage) => stage !== 'graph');

const kindsOf = {
  cell: (stage: StageName) => `measures/${stage}`,
  section: (stage: StageName) => `section-measures/${stage}`,
} as const;

type Grid = keyof typeof kindsOf;

/** Kinds of artefacts in which stages keep what they measured. */
export const measureKinds = measuredBefore.flatMap((stage) => [kindsOf.cell(stage), kindsOf.section(stage)]);

/** What each stage measured by cell and by section, in the parts in which its tasks wrote it. */
export type StageMeasures = Readonly<Record<Grid, ReadonlyMap<StageName, readonly CellMeasurement[]>>>;

export async function readMeasures(io: TaskIo): Promise<StageMeasures> {
  const of = async (grid: Grid) => {
    const measures = new Map<StageName, CellMeasurement[]>();
    for (const stage of measuredBefore) {
      const kind = kindsOf[grid](stage);
      const parts: CellMeasurement[] = [];
      for (const key of io.keys(kind)) {
        for (const part of await io.readJson<CellMeasurement[]>(kind, key)) parts.push(part);
      }
      if (parts.length > 0) measures.set(stage, parts);
    }
    return measures;
  };
  return { cell: await of('cell'), section: await of('section') };
}

/** @param runOf the run behind what a stage measured */
export const rowsOfMeasures = (
  measures: StageMeasures,
  runOf: (stage: StageName) => string,
  g: Geometry,
): MeasurementRow[] =>
  (['cell', 'section'] as const).flatMap((grid) =>
    [...measures[grid]].flatMap(([stage, parts]) => measurementRows(parts, runOf(stage), g, grid)),
  );

/** What the connections of a revision are measured against. */
export interface ConnectivitySource {
  readonly synapses: readonly SynapseRow[];
  readonly neurons: ReadonlySet<bigint>;
  readonly thresholds: ConfidenceThresholds;
  /** Cable of all neurons in each cell, µm. */
  readonly cableUm: Float64Array;
}

export const measuredBy = (
  { synapses, isNeuronId }: Pick<Tallied, 'synapses' | 'isNeuronId'>,
  { thresholds, g }: Pick<ConnectivityInputs, 'thresholds' | 'g'>,
  measures: StageMeasures,
): ConnectivitySource => ({
  synapses,
  neurons: isNeuronId,
  thresholds,
  cableUm: cableOf(measures.cell.get('shapes') ?? [], g),
});

/** Cable in each quality cell, from the parts that the stage of skeletons measured, µm. */
function cableOf(parts: Iterable<CellMeasurement>, g: Geometry): Float64Array {
  const cableUm = new Float64Array(cellsOf(g).length);
  for (const { cell, measure, value, weight } of combineMeasurements(parts)) {
    if (measure === 'cableDensity') cableUm[cell] = value * weight;
  }
  return cableUm;
}

/**
 * L5 by quality cell: how well the connections that the graph holds agree with the synapses they were to be made
 * from, and what they are like. A synapse counts in the cell of its cleft.
 *
 * @param stored connections as read back from the graph
 * @throws StratomeError internal when a connection has weight without a synapse: then the graph is wrong
 */
export function measureConnectivity(
  { synapses, neurons, thresholds, cableUm }: ConnectivitySource,
  stored: readonly queries.StoredConnectionsRow[],
  g: Geometry,
): CellMeasurement[] {
  const cells = cellsOf(g);
  const placed = synapses.map(({ cellKey, preBodyId: pre, postBodyId: post, confidence }) => {
    const known = pre !== null && post !== null && neurons.has(pre) && neurons.has(post);
    const connected = known && confidence >= thresholds.postHighAccuracy;
    return { cell: cellNumber(cellKey!, cells), connected, pre: pre ?? 0n, post: post ?? 0n };
  });
  const counted = placed.filter(({ connected }) => connected);
  const connections = stored.map(({ preBodyId, postBodyId, weight, meanConfidence }) => ({
    pre: preBodyId,
    post: postBodyId,
    weight: Number(weight),
    meanConfidence,
  }));
  const { measurements: recount, withoutSynapses } = measureRecount(counted, connections);
  if (withoutSynapses.length > 0) {
    const [{ pre, post, weight }] = withoutSynapses;
    throw new StratomeError(
      'internal',
      `The graph holds ${withoutSynapses.length} connections without synapses, as from ${pre} to ${post} (weight ${weight}).`,
      'Run the dataset again.',
    );
  }
  return [
    ...measureConnections(counted),
    ...measureConnectionStrength(counted, connections),
    ...measureUnconnected(placed),
    ...measureWeightPerCable(counted, cableUm),
    ...recount,
  ];
}
