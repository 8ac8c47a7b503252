import { BlockGrid, seededRandom, type Box } from '@stratome/core';
import { cellsInBox, type QualityField } from '../field.js';
import type { DiagnosisInput } from './input.js';
import { diagnosisParameters } from './parameters.js';
import type { LineageDifference } from './result.js';

export const parameters = diagnosisParameters.parse({
  permutations: 99,
  scanPermutations: 19,
  significance: 0.01,
});
export const grid = new BlockGrid([128, 256, 256], [32, 32, 32]);
export const region: Box = { begin: [0, 0, 0], end: [128, 160, 160] };
export const um3 = 0.0328;

/**
 * Healthy tissue as fields: staining varies from place to place, and synapses are found where it is good (by `coupling`
 * synapses a µm³ for each grey level of contrast).
 */
export function tissue(seed: string, coupling = 0) {
  const random = seededRandom(seed);
  const stain = Float64Array.from({ length: grid.length }, () => random.normal());
  const make = (f: (cell: number) => number) => Float64Array.from({ length: grid.length }, (_, c) => f(c));
  const values: Record<string, Float64Array> = {
    contrast: make((c) => 90 + 6 * stain[c]),
    signalToNoise: make((c) => 7 + 0.5 * stain[c] + 0.2 * random.normal()),
    membraneContrast: make((c) => 8 + 0.6 * stain[c] + 0.2 * random.normal()),
    noise: make(() => 4 + 0.3 * random.normal()),
    focus: make(() => 0.5 + 0.04 * random.normal()),
    saturation: make(() => 0),
    missing: make(() => 0),
    residualMedianPx: make(() => 0.3 + 0.05 * random.normal()),
    residualP95Px: make(() => 0.6 + 0.1 * random.normal()),
    affinityAmbiguity: make(() => 0.1 + 0.02 * random.normal()),
    splitIndex: make(() => 0.05 + 0.02 * random.normal()),
    supervoxelDensity: make(() => 200 + 40 * random.normal()),
    unsegmented: make(() => 0),
    decisionConflict: make(() => 0),
    cleftFraction: make(() => 0.002 + 0.0003 * random.normal()),
    synapsesPerCleft: make(() => 5000 + 500 * random.normal()),
    directionSupport: make(() => 0.5 + 0.1 * random.normal()),
    synapseDensity: make((c) => 50 + coupling * 6 * stain[c] + 8 * random.normal()),
    synapseConfidence: make(() => 0.7 + 0.05 * random.normal()),
    connectionsPerNeuron: make(() => 1.3 + 0.2 * random.normal()),
    weightPerCableUm: make((c) => 1.5 + 0.03 * coupling * 6 * stain[c] + 0.2 * random.normal()),
    lostEdges: make(() => 0),
    lostHeavyEdges: make(() => 0),
    doubledEdges: make(() => 0),
  };
  return values;
}

export type Change = Record<string, (value: number) => number>;

export function inputOf(
  values: Record<string, Float64Array>,
  change: Change,
  lineage: LineageDifference[] = [],
  given = true,
): DiagnosisInput {
  const inside = cellsInBox(grid, region);
  const cells: QualityField[] = Object.entries(values).map(([measure, list]) => ({
    measure,
    values: list.map((v, c) => (inside[c] && change[measure] ? change[measure](v) : v)),
    weights: list.map(() => (measure === 'synapseDensity' ? um3 : 1)),
  }));
  return { grid, cells, lineage, ...(given && { region }) };
}

export const scaled = (factor: number) => (v: number) => v * factor;
export const modelDiffers: LineageDifference = {
  stage: 'affinities',
  field: 'model',
  region: '2',
  reference: '1',
};

export const staining: Change = {
  contrast: scaled(0.6),
  signalToNoise: scaled(0.6),
  membraneContrast: scaled(0.65),
  synapseDensity: scaled(0.7),
  weightPerCableUm: scaled(0.7),
};
