import { z } from 'zod';

/** How anomalies are found and traced to their layer. */
export const diagnosisParameters = z.strictObject({
  falseDiscoveryRate: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.05)
    .describe('Share of anomalous cells that may be false, fraction'),
  significance: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.01)
    .describe('p at or below which a layer deviates, probability'),
  leastScore: z
    .number()
    .min(1)
    .max(20)
    .default(3.5)
    .describe('Score from which a measure deviates, standard errors'),
  permutations: z.int().min(99).max(100_000).default(999).describe('Permutations of blocks, count'),
  scanPermutations: z
    .int()
    .min(19)
    .max(10_000)
    .default(99)
    .describe('Permutations of the search for a region, count'),
  scanSignificance: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.05)
    .describe('p at or below which a region is found, probability'),
  leastScanRatio: z
    .number()
    .min(0)
    .max(1000)
    .default(2.5)
    .describe('Score that a region needs to be found, over what healthy tissue scores at most, ratio'),
  leastNamedScanRatio: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .describe(
      'Score of a region in which the walk names the cause that it was found by, over what such regions of healthy tissue score, ratio',
    ),
  scanGrowth: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'What healthy tissue scores more for each e-fold of cells than in the volumes that its scores were read off, ratio',
    ),
  leastSynapses: z
    .number()
    .min(1)
    .default(100)
    .describe(
      'Synapses to be expected in a region, from the reference, before synapse counts are tested, count',
    ),
  leastPlacements: z
    .number()
    .min(20)
    .default(200)
    .describe('Distinct placements of blocks that a permutation test needs, count'),
  blockCorrelation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe('Correlation tolerated between neighbouring blocks, correlation'),
  widestBlockCells: z.int().min(1).max(16).default(2).describe('Widest block of cells, cells'),
  guardCells: z
    .int()
    .min(0)
    .max(8)
    .default(1)
    .describe('Cells around a region that are left out of its reference, cells'),
  lineageBonus: z
    .number()
    .min(0)
    .max(10)
    .default(4)
    .describe(
      'What a fitting lineage difference adds to a cause, a quarter of it one of inputs, which differ between any two places, log odds',
    ),
  toldShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.75)
    .describe(
      'Share of what tissue does by itself that convicts a cause which the lineage tells of, fraction',
    ),
  seed: z.string().default('diagnosis').describe('Seed of permutations and bootstrap, text'),
});

export type DiagnosisParameters = z.infer<typeof diagnosisParameters>;
