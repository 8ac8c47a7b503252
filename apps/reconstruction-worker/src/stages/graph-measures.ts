import type { ConfidenceThresholds, queries, SynapseRow } from '@stratome/connectome';
import { StratomeError, type CellMeasurement } from '@stratome/core';
import {
  combineMeasurements,
  measureConnections,
  measureConnectionStrength,
  measureRecount,
  measureUnconnected,
  measureWeightPerCable,
} from '@stratome/diagnostics';
import { cellNumber } from './graph-rows.js';
import { cellsOf, type Geometry } from './geometry.js';

/** What the connections of a revision are measured against. */
export interface ConnectivitySource {
  readonly synapses: readonly SynapseRow[];
  readonly neurons: ReadonlySet<bigint>;
  readonly thresholds: ConfidenceThresholds;
  /** Cable of all neurons in each cell, µm. */
  readonly cableUm: Float64Array;
}

/** Cable in each quality cell, from the parts that the stage of skeletons measured, µm. */
export function cableOf(parts: Iterable<CellMeasurement>, g: Geometry): Float64Array {
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
