import { measures, type Layer, type MeasureName } from '../measures.js';

/** A measure as the diagnosis uses it. */
export interface Marker {
  readonly layer: Layer;
  /** Difference below which it does not matter, in the measure's unit: no test finds less. */
  readonly leastEffect: number;
  /** It counts synapses: tested only where enough are expected. */
  readonly countsSynapses?: boolean;
  /** It compares stored results with each other, exactly: any difference is a finding whatever the tissue. */
  readonly exact?: boolean;
  /** Connectivity itself, which is to be explained: it convicts nothing, so its p alone says whether it deviates. */
  readonly explained?: boolean;
}

const fromRegistry = (
  name: MeasureName,
  leastEffect: number,
  more: Partial<Marker> = {},
): [string, Marker] => [name, { layer: measures[name].layer, leastEffect, ...more }];

/** Measures that no stage writes: a diagnosis recounts the stored connections from their synapses. */
export const rechecks = {
  lostEdges: {
    layer: 'L5',
    leastEffect: 0.02,
    exact: true,
    meaning: 'Share of connections whose stored weight is below their synapses, fraction',
  },
  doubledEdges: {
    layer: 'L5',
    leastEffect: 0.02,
    exact: true,
    meaning: 'Share of connections whose stored weight is above their synapses, fraction',
  },
  lostHeavyEdges: {
    layer: 'L5',
    leastEffect: 0.05,
    exact: true,
    meaning:
      'The same of connections of three and more synapses, which no usual weight filter drops, fraction',
  },
} as const satisfies Record<string, Marker & { meaning: string }>;

/** Every measure that the diagnosis reads. */
export const markers: ReadonlyMap<string, Marker> = new Map<string, Marker>([
  fromRegistry('membraneContrast', 0.3),
  fromRegistry('contrast', 4),
  fromRegistry('noise', 0.5),
  fromRegistry('signalToNoise', 0.3),
  fromRegistry('focus', 0.03),
  fromRegistry('saturation', 0.004),
  fromRegistry('missing', 0.004, { exact: true }),
  fromRegistry('residualMedianPx', 0.08),
  fromRegistry('residualP95Px', 0.15),
  fromRegistry('peakRatio', 0.1),
  fromRegistry('neighbourCorrelation', 0.01),
  fromRegistry('affinityAmbiguity', 0.01),
  fromRegistry('supervoxelDensity', 20),
  fromRegistry('orphanDensity', 2),
  fromRegistry('smallFragmentDensity', 4),
  fromRegistry('agglomerationMargin', 0.02),
  fromRegistry('splitIndex', 0.01),
  fromRegistry('mergeIndex', 0.01),
  fromRegistry('unsegmented', 0.02),
  fromRegistry('decisionConflict', 0.002, { exact: true }),
  fromRegistry('synapseDensity', 3, { countsSynapses: true }),
  fromRegistry('synapseConfidence', 0.02, { countsSynapses: true }),
  fromRegistry('unassignedPartners', 0.03, { countsSynapses: true }),
  fromRegistry('cleftFraction', 0.0002),
  fromRegistry('synapsesPerCleft', 100, { countsSynapses: true }),
  fromRegistry('directionSupport', 0.05, { countsSynapses: true }),
  fromRegistry('skeletonDeadEndsPerUm', 0.3),
  fromRegistry('cableDensity', 3),
  fromRegistry('largeObjectFlags', 0.05),
  fromRegistry('connectionsPerNeuron', 0.1, { countsSynapses: true, explained: true }),
  fromRegistry('weightPerCableUm', 0.15, { countsSynapses: true, explained: true }),
  fromRegistry('recountDifference', 0.01, { exact: true }),
  ...Object.entries(rechecks),
]);

/** What is read off whole sections, or off all cells of a region at once. */
export const summaryMarkers: ReadonlyMap<string, Marker> = new Map<string, Marker>([
  ['missingSections', { layer: 'L1', leastEffect: 0.5, exact: true }],
  ['sectionJump', { layer: 'L2', leastEffect: 1 }],
  ['noSynapses', { layer: 'L4', leastEffect: 0.5, countsSynapses: true }],
]);

export const layersDownward: readonly Layer[] = ['L5', 'L4', 'L3', 'L2', 'L1'];
