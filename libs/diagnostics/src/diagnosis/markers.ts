import { measures, type Layer, type MeasureName } from '../measures.js';

/** A measure as the diagnosis uses it. */
export interface Marker {
  readonly layer: Layer;
  /** Difference below which it does not matter, in the measure's unit: no test finds less. */
  readonly leastEffect: number;
  /**
   * What regions of healthy tissue differ by, in the measure's unit: 99 of 100 boxes of a third to a half of a clean
   * volume differ by less (15 phantoms and a crop of medulla, seeds 50 to 64). No smaller difference convicts a cause.
   */
  readonly tissueEffect?: number;
  /**
   * The same as a share of what the reference has, instead, where that tells more: tissue with few synapses by nature loses few
   * by anything.
   */
  readonly tissueShare?: number;
  /**
   * Measures that vary with the tissue, or of earlier layers, or of what was found there, as this one does where nothing is
   * wrong: what they lead to expect is taken off before a cause is convicted.
   */
  readonly given?: readonly MeasureName[];
  /** It counts synapses: tested only where enough are expected. */
  readonly countsSynapses?: boolean;
  /** It compares stored results with each other, exactly: any difference is a finding whatever the tissue. */
  readonly exact?: boolean;
  /** Connectivity itself, which is to be explained: it convicts nothing, so its p alone says whether it deviates. */
  readonly explained?: boolean;
}

/** How much membrane and how much soma there is, and how dark it is: what a look at the tissue explains of an image. */
const tissueMeasures = ['meanGrey', 'meanAffinity', 'somaFraction'] as const;

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
  fromRegistry('membraneContrast', 0.3, { tissueEffect: 1, given: tissueMeasures }),
  fromRegistry('contrast', 4, { tissueEffect: 13.5, given: tissueMeasures }),
  fromRegistry('noise', 0.5),
  fromRegistry('signalToNoise', 0.3, { tissueEffect: 1.2, given: tissueMeasures }),
  fromRegistry('focus', 0.03, { tissueEffect: 0.08, given: tissueMeasures }),
  fromRegistry('saturation', 0.004),
  fromRegistry('missing', 0.004, { exact: true }),
  fromRegistry('residualMedianPx', 0.08, { tissueEffect: 0.3 }),
  fromRegistry('residualP95Px', 0.15, { tissueEffect: 0.5 }),
  fromRegistry('peakRatio', 0.1, { tissueEffect: 0.4 }),
  fromRegistry('neighbourCorrelation', 0.01, { tissueEffect: 0.015 }),
  fromRegistry('affinityAmbiguity', 0.01, {
    tissueEffect: 0.03,
    given: ['contrast', 'focus', ...tissueMeasures],
  }),
  fromRegistry('supervoxelDensity', 20, { tissueEffect: 200 }),
  fromRegistry('orphanDensity', 2, { tissueEffect: 12 }),
  fromRegistry('smallFragmentDensity', 4, { tissueEffect: 12 }),
  fromRegistry('agglomerationMargin', 0.02, { tissueEffect: 0.09 }),
  fromRegistry('splitIndex', 0.01, { tissueEffect: 0.18 }),
  fromRegistry('mergeIndex', 0.01, { tissueEffect: 0.2 }),
  fromRegistry('unsegmented', 0.02),
  fromRegistry('decisionConflict', 0.002, { exact: true }),
  fromRegistry('synapseDensity', 3, { tissueEffect: 12, countsSynapses: true, explained: true }),
  fromRegistry('synapseConfidence', 0.02, { tissueEffect: 0.03, countsSynapses: true }),
  fromRegistry('unassignedPartners', 0.03, { countsSynapses: true }),
  // Where there are fewer clefts than the synapses that were found lead to expect, it is not finding them that went wrong.
  fromRegistry('cleftFraction', 0.0002, { given: ['synapseDensity'] }),
  // Of 662 boxes in 112 clean phantoms none lacks more than 0.36; synapse thresholds of the benchmark leave 0.22 to 0.59.
  fromRegistry('synapsesPerCleft', 100, { tissueEffect: 500, tissueShare: 0.39, countsSynapses: true }),
  fromRegistry('directionSupport', 0.05, { tissueEffect: 0.3, countsSynapses: true }),
  fromRegistry('skeletonDeadEndsPerUm', 0.3, { tissueEffect: 0.7 }),
  fromRegistry('cableDensity', 3, { tissueEffect: 10 }),
  fromRegistry('largeObjectFlags', 0.05, { tissueEffect: 0.3 }),
  fromRegistry('connectionsPerNeuron', 0.1, { countsSynapses: true, explained: true }),
  fromRegistry('weightPerCableUm', 0.15, { countsSynapses: true, explained: true }),
  fromRegistry('recountDifference', 0.01, { exact: true }),
  ...Object.entries(rechecks),
]);

/** What is read off whole sections, or off all cells of a region at once. */
export const summaryMarkers: ReadonlyMap<string, Marker> = new Map<string, Marker>([
  ['missingSections', { layer: 'L1', leastEffect: 0.5, exact: true }],
  ['sectionJump', { layer: 'L2', leastEffect: 1, exact: true }],
  ['noSynapses', { layer: 'L4', leastEffect: 0.5, countsSynapses: true }],
]);

/** The marker of a measure, or of what is read off all cells at once. */
export const markerOf = (measure: string): Marker | undefined =>
  markers.get(measure) ?? summaryMarkers.get(measure);

export const layersDownward: readonly Layer[] = ['L5', 'L4', 'L3', 'L2', 'L1'];

/** Whether a layer is made from another one's results, or is that one. */
export const isFrom = (layer: Layer, upstream: Layer): boolean =>
  layersDownward.indexOf(layer) <= layersDownward.indexOf(upstream);
