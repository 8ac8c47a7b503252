export type Layer = 'L1' | 'L2' | 'L3' | 'L4' | 'L5';

/** How the parts of one cell's measurement become one value. */
export type Combination =
  /** Σ value·weight / Σ weight. */
  | { readonly rule: 'weightedMean' }
  /** Σ value. */
  | { readonly rule: 'sum' }
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
    'grey levels',
    'voxels',
    'good',
    'Grey difference between membrane and cytoplasm',
  ),
  contrast: measure('L1', 'grey levels', 'voxels', 'good', 'Spread of grey values (5th to 95th percentile)'),
  signalToNoise: measure('L1', 'ratio', 'voxels', 'good', 'Structure against pixel noise'),
  focus: measure('L1', 'ratio', 'voxels', 'good', 'Share of the image power at high spatial frequencies'),
  saturation: measure('L1', 'fraction', 'voxels', 'bad', 'Voxels at either end of the grey range'),
  missing: measure(
    'L1',
    'fraction',
    'voxels',
    'bad',
    'Voxels without image: missing or corrupt tiles and sections',
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

  affinityAmbiguity: measure(
    'L3',
    'fraction',
    'affinities',
    'bad',
    'Affinities that are neither low nor high',
  ),
  supervoxelDensity: measure('L3', '1/µm³', 'µm³', 'either', 'Supervoxels per volume'),
  orphanDensity: measure('L3', '1/µm³', 'µm³', 'bad', 'Segments inside the volume too short to be a neurite'),
  smallFragmentDensity: measure('L3', '1/µm³', 'µm³', 'bad', 'Segments smaller than a fragment should be'),
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

  synapseDensity: measure('L4', '1/µm³', 'µm³', 'either', 'Synapses per volume'),
  synapseConfidence: measure(
    'L4',
    'probability',
    'synapses',
    'good',
    'Mean confidence of synapses with both partners',
  ),
  unassignedPartners: measure('L4', 'fraction', 'synapses', 'bad', 'Synapses that lack a partner'),
  skeletonDeadEndsPerUm: measure('L4', '1/µm', 'µm', 'bad', 'Dead ends per cable'),
  cableDensity: measure('L4', 'µm/µm³', 'µm³', 'either', 'Cable per volume'),
  largeObjectFlags: measure('L4', 'fraction', 'voxels', 'bad', 'Voxels of suspiciously large objects'),

  connectionsPerNeuron: measure(
    'L5',
    'count',
    'neurons',
    'either',
    'Distinct partners per neuron that synapses here',
  ),
  weightPerCableUm: measure('L5', '1/µm', 'µm', 'either', 'Synapse weight per cable'),
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
