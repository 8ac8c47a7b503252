// Made by bench/diagnosis/tissue-covariance.mjs from 148 clean phantoms and 2 crops of real tissue; not to be edited.

/** The measures, by name. */
export const measures: readonly string[] = [
  'affinityAmbiguity',
  'cableDensity',
  'cleftFraction',
  'contrast',
  'directionSupport',
  'focus',
  'meanAffinity',
  'meanGrey',
  'membraneContrast',
  'neighbourCorrelation',
  'noise',
  'peakRatio',
  'residualMedianPx',
  'residualP95Px',
  'saturation',
  'signalToNoise',
  'somaFraction',
  'synapseConfidence',
  'synapseDensity',
  'synapsesPerCleft',
  'unsegmented',
  'weightPerCableUm',
];

/**
 * How they vary together between a box of healthy tissue and the rest of its volume, in local standard deviations times
 * √(inside · outside / all) cells: the lower triangle.
 */
export const lower: readonly (readonly number[])[] = [
  [4.26],
  [3.13, 6.71],
  [1.75, 2.19, 3.85],
  [0.59, 0.91, 0.55, 5.83],
  [-0.75, -1, -0.42, 0.36, 1.53],
  [1.69, 0.86, -1.02, -1.77, -0.84, 5.13],
  [-3.53, -3.09, -1.76, 0.13, 0.75, -0.83, 4],
  [-2.68, -2.63, -2.86, 3.12, 1.11, -0.49, 3.35, 7.65],
  [2.85, 3.17, 1.9, 2.29, -0.78, 0.37, -2.99, -1.72, 4.41],
  [-0.53, -0.67, -0.78, 3.64, 0.58, -0.96, 1.82, 3.25, 0.05, 7.03],
  [-0.76, -0.86, -0.94, 0.79, 0.34, 0.02, 0.99, 2.07, -0.71, 0.76, 0.79],
  [2, 2.53, 1.53, -2.52, -1.17, 2.1, -2.56, -3.84, 2.03, -3.77, -1.16, 6.65],
  [-1.23, -1.45, -0.72, 0.21, 0.6, -0.97, 1.17, 1.45, -1.49, -0.23, 0.58, -2.06, 3.2],
  [-1.13, -1.33, -0.69, 0.1, 0.51, -0.92, 1.03, 1.32, -1.39, -0.46, 0.52, -1.86, 2.51, 2.64],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0.99, 1.36, 0.92, 5.16, 0.19, -1.76, -0.4, 1.78, 2.54, 3.25, 0.27, -1.94, -0.1, -0.19, 0, 4.98],
  [-3.13, -4.52, -1.65, -0.77, 0.89, -0.98, 3.05, 3.4, -3.14, 0.54, 1.02, -2.22, 1.68, 1.6, 0, -1.57, 10.23],
  [
    -0.05, -0.85, 0.39, -0.35, 0.35, -0.01, 0.2, -0.08, -0.32, -0.14, -0.01, -0.01, 0.14, 0.1, 0, -0.37, 0.5,
    1.25,
  ],
  [
    1.34, 2.19, 2.59, 0.62, -0.44, -0.73, -1.47, -2.02, 1.65, -0.51, -0.68, 1.17, -0.6, -0.54, 0, 0.9, -1.5,
    -0.26, 2.33,
  ],
  [
    -0.03, 0.69, -0.55, 0.23, -0.16, 0.13, -0.15, 0.27, 0.2, 0.04, 0.09, 0, -0.01, 0.01, 0, 0.2, -0.32, -0.8,
    0.43, 1.21,
  ],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [
    -0.01, -0.77, 1.57, 0.1, 0.03, -1.03, -0.17, -0.8, 0.2, -0.23, -0.27, 0.05, 0.09, 0.09, 0, 0.16, 0.57,
    0.14, 1.3, 0.11, 0, 1.7,
  ],
];
