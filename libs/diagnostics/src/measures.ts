export type Layer = 'L1' | 'L2' | 'L3' | 'L4' | 'L5';

/** How the parts of one cell's measurement become one value. */
export type Combination =
  /** Σ value·weight / Σ weight. */
  | { readonly rule: 'weightedMean' }
  /** Σ value, each part being what one task found of a density of the whole cell; the weight is the cell's. */
  | { readonly rule: 'density' }
  /** The smallest value at or below which at least the fraction `q` of the weight lies. */
  | { readonly rule: 'quantile'; readonly q: number };

export interface Measure {
  readonly layer: Layer;
  /** What the value is counted in. */
  readonly unit: string;
  /** What the weight is counted in. */
  readonly weightUnit: string;
  /** Whether a high value speaks for a fault (`bad`), against one (`good`), or depends on the tissue (`either`). */
  readonly high: 'bad' | 'good' | 'either';
  readonly combination: Combination;
  readonly meaning: string;
}

const mean: Combination = { rule: 'weightedMean' };
const median: Combination = { rule: 'quantile', q: 0.5 };
const p95: Combination = { rule: 'quantile', q: 0.95 };
const density: Combination = { rule: 'density' };

const measure = (
  layer: Layer,
  unit: string,
  weightUnit: string,
  high: Measure['high'],
  meaning: string,
  combination: Combination = mean,
): Measure => ({ layer, unit, weightUnit, high, combination, meaning });

/**
 * Every quality measure of Stratome: the one place that fixes its name, unit, direction and combination.
 *
 * Parts with rule `quantile` are samples or histogram bins: `value` is the sample or bin, `weight` how many.
 */
export const measures = {
  membraneContrast: measure(
    'L1',
    'ratio',
    'pixels',
    'good',
    'Dark-ridge response of membranes over that of noise; 1 where none are seen',
  ),
  contrast: measure(
    'L1',
    'grey levels',
    'pixels',
    'good',
    'Spread of raw grey values (5th to 95th percentile)',
  ),
  meanGrey: measure('L1', 'grey levels', 'pixels', 'either', 'Mean raw grey value'),
  noise: measure('L1', 'grey levels', 'pixels', 'bad', 'Standard deviation of pixel noise'),
  signalToNoise: measure('L1', 'ratio', 'pixels', 'good', 'Structure against pixel noise'),
  focus: measure(
    'L1',
    'ratio',
    'pixels',
    'good',
    'Image power at high over that at middle spatial frequencies',
  ),
  saturation: measure('L1', 'fraction', 'pixels', 'bad', 'Pixels at either end of the grey range'),
  missing: measure(
    'L1',
    'fraction',
    'pixels',
    'bad',
    'Pixels without image: missing sections, gaps between tiles, areas without data',
  ),

  residualMedianPx: measure(
    'L2',
    'px',
    'samples',
    'bad',
    'Median registration residual to the next section',
    median,
  ),
  residualP95Px: measure('L2', 'px', 'samples', 'bad', '95th percentile of the registration residual', p95),
  peakRatio: measure('L2', 'ratio', 'samples', 'good', 'Highest correlation peak against the second'),
  neighbourCorrelation: measure(
    'L2',
    'correlation',
    'voxels',
    'good',
    'Correlation with the neighbouring section',
  ),
  deformation: measure('L2', 'fraction', 'samples', 'bad', 'Local strain of the transform'),
  driftPx: measure('L2', 'px', 'samples', 'either', 'Displacement of sections from where the stage put them'),

  meanAffinity: measure('L3', 'probability', 'affinities', 'either', 'Mean affinity of neighbouring voxels'),
  affinityAmbiguity: measure(
    'L3',
    'fraction',
    'affinities',
    'bad',
    'Affinities that are neither low nor high',
  ),
  classAmbiguity: measure(
    'L3',
    'probability',
    'voxels',
    'bad',
    'Doubt about the tissue class of supervoxels: 1 less the probability of the likeliest',
  ),
  supervoxelDensity: measure('L3', '1/µm³', 'µm³', 'either', 'Supervoxels per volume', density),
  orphanDensity: measure(
    'L3',
    '1/µm³',
    'µm³',
    'bad',
    'Segments inside the volume too short to be a neurite',
    density,
  ),
  smallFragmentDensity: measure(
    'L3',
    '1/µm³',
    'µm³',
    'bad',
    'Segments smaller than a fragment should be',
    density,
  ),
  agglomerationMargin: measure(
    'L3',
    'affinity',
    'faces',
    'good',
    'Distance of deciding mean affinities from the threshold',
  ),
  splitIndex: measure(
    'L3',
    'fraction',
    'faces',
    'bad',
    'Contact between segments that was only just not merged',
  ),
  mergeIndex: measure('L3', 'fraction', 'faces', 'bad', 'Contact within segments that was only just merged'),
  unsegmented: measure('L3', 'fraction', 'voxels', 'bad', 'Voxels with image that belong to no supervoxel'),
  decisionConflict: measure(
    'L3',
    'fraction',
    'faces',
    'bad',
    'Contact that was joined below the threshold of the record, or not joined above it',
  ),

  synapseDensity: measure('L4', '1/µm³', 'µm³', 'either', 'Synapses per volume', density),
  synapseConfidence: measure(
    'L4',
    'probability',
    'synapses',
    'good',
    'Mean confidence of synapses with both partners',
  ),
  unassignedPartners: measure('L4', 'fraction', 'synapses', 'bad', 'Synapses that lack a partner'),
  skeletonDeadEndsPerUm: measure('L4', '1/µm', 'µm', 'bad', 'Dead ends per cable'),
  cableDensity: measure('L4', 'µm/µm³', 'µm³', 'either', 'Cable per volume', density),
  largeObjectFlags: measure('L4', 'fraction', 'voxels', 'bad', 'Voxels of suspiciously large objects'),
  vesselFraction: measure('L4', 'fraction', 'voxels', 'either', 'Segmented voxels that belong to a vessel'),
  somaFraction: measure(
    'L4',
    'fraction',
    'voxels',
    'either',
    'Segmented voxels in cell bodies and the thickest processes',
  ),
  cleftFraction: measure(
    'L4',
    'fraction',
    'voxels',
    'either',
    'Voxels with image that the synapse network takes for a cleft',
  ),
  synapsesPerCleft: measure(
    'L4',
    '1/µm³',
    'voxels of cleft',
    'either',
    'Synapses per volume of cleft in the network’s output',
  ),
  directionSupport: measure(
    'L4',
    'probability',
    'synapses',
    'good',
    'Presynaptic less postsynaptic probability, at the presynaptic and reversed at the postsynaptic site',
  ),

  connectionsPerNeuron: measure(
    'L5',
    'count',
    'neurons',
    'either',
    'Distinct partners per neuron that synapses here',
  ),
  weightPerCableUm: measure('L5', '1/µm', 'µm', 'either', 'Synapse weight per cable'),
  synapsesPerConnection: measure(
    'L5',
    'count',
    'synapses',
    'either',
    'Weight of the connections that synapses here belong to',
  ),
  connectionConfidence: measure(
    'L5',
    'probability',
    'synapses',
    'good',
    'Mean confidence of the connections that synapses here belong to',
  ),
  unconnectedSynapses: measure(
    'L5',
    'fraction',
    'synapses',
    'bad',
    'Synapses that count in no connection between neurons',
  ),
  recountDifference: measure(
    'L5',
    'fraction',
    'synapses',
    'bad',
    'Stored weights against a recount from synapses',
  ),
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

export const isMeasureName = (name: string): name is MeasureName => Object.hasOwn(measures, name);

export const measuresOf = (layer: Layer): MeasureName[] =>
  (Object.keys(measures) as MeasureName[]).filter((name) => measures[name].layer === layer);
