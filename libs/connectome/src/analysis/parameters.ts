import { badInput, parseId } from '@stratome/core';
import { z } from 'zod';
import { flagMasks } from '../mask.js';

/** A list of ids, also as text with commas between them. */
const bodyIds = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
  .transform((given, context) => {
    const texts = Array.isArray(given) ? given : String(given).split(',');
    try {
      return texts.map((text) => String(parseId(typeof text === 'string' ? text.trim() : text, 'body')));
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });

/** Which connections an analysis looks at. */
const selection = {
  minWeight: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe('synapses a connection must have'),
  minConfidence: z.coerce
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe('recounts connections from synapses of at least this confidence, 0 to 1'),
  maskLayer: z.enum(['L1', 'L2', 'L3', 'L4', 'L5']).nullable().default(null).describe('layer of maskMeasure'),
  maskMeasure: z
    .string()
    .nullable()
    .default(null)
    .describe('leaves out synapses in cells whose measure is low or high'),
  maskLowest: z.coerce
    .number()
    .nullable()
    .default(null)
    .describe('cells measured below this are left out, its unit'),
  maskHighest: z.coerce
    .number()
    .nullable()
    .default(null)
    .describe('cells measured above this are left out, its unit'),
  maskFlagged: z
    .enum(flagMasks)
    .nullable()
    .default(null)
    .describe('leaves out synapses in cells under flags of severity exclude, or under all flags'),
};

const seed = z.coerce.string().min(1).max(100).default('1').describe('names all random draws');
const draws = z.coerce
  .number()
  .int()
  .min(2)
  .max(1000)
  .default(10)
  .describe('graphs drawn with the same degrees, to compare with');
const pathSources = z.coerce
  .number()
  .int()
  .min(0)
  .max(1_000_000)
  .default(0)
  .describe('neurons from which paths are followed; 0: all up to 5,000 neurons, 500 drawn beyond');

export const analysisParameters = {
  centrality: z.strictObject({
    ...selection,
    damping: z.coerce
      .number()
      .min(0)
      .max(0.999)
      .default(0.85)
      .describe('chance that a walk of PageRank follows a connection'),
    pathSources,
    seed,
  }),
  communities: z.strictObject({
    ...selection,
    resolution: z.coerce.number().min(0.01).max(100).default(1).describe('above 1 for smaller communities'),
    rounds: z.coerce.number().int().min(1).max(100).default(10).describe('rounds of Leiden at most'),
    seed,
  }),
  motifs: z.strictObject({ ...selection, draws, seed }),
  richClub: z.strictObject({
    ...selection,
    steps: z.coerce
      .number()
      .int()
      .min(2)
      .max(200)
      .default(20)
      .describe('clubs, from all neurons to the hubs'),
    draws,
    seed,
  }),
  smallWorld: z.strictObject({ ...selection, draws, pathSources, seed }),
  signedPaths: z.strictObject({
    ...selection,
    from: bodyIds.describe('ids of the neurons that paths begin at, with commas'),
    maxHops: z.coerce.number().int().min(1).max(10).default(3).describe('connections of a path at most'),
  }),
  nblast: z.strictObject({
    bodyIds: bodyIds.describe('ids of 2 to 2,000 neurons with skeletons, with commas'),
    spacingUm: z.coerce
      .number()
      .min(0.05)
      .max(100)
      .default(1)
      .describe('distance between points along the cable, µm'),
    neighbours: z.coerce
      .number()
      .int()
      .min(2)
      .max(100)
      .default(5)
      .describe('points that a direction is of; 20 is usual for whole fly neurons'),
    score: z
      .enum(['kohl2013', 'matrix'])
      .default('kohl2013')
      .describe('matrix: the log odds of the file that STRATOME_NBLAST_MATRIX names'),
    sigmaUm: z.coerce.number().min(0.1).max(1000).default(10).describe('fall-off of kohl2013, µm'),
  }),
} as const;

export type AnalysisName = keyof typeof analysisParameters;
export type AnalysisParameters<Name extends AnalysisName = AnalysisName> = z.infer<
  (typeof analysisParameters)[Name]
>;

export const analysisNames = Object.keys(analysisParameters) as AnalysisName[];

/** @throws StratomeError badInput that lists the analyses */
export function requireAnalysisName(text: string): AnalysisName {
  const found = analysisNames.find((name) => name === text);
  if (found) return found;
  throw badInput(`There is no analysis "${text}".`, `Analyses: ${analysisNames.join(', ')}.`);
}

/** Each parameter of an analysis with what it means. */
export function describeParameters(name: AnalysisName): { name: string; description: string }[] {
  const { shape } = analysisParameters[name];
  return Object.entries(shape).map(([field, type]) => ({
    name: field,
    description: (type as z.ZodType).description ?? '',
  }));
}

/** Completes parameters with their defaults. @throws StratomeError badInput naming the first that is wrong */
export function parseAnalysisParameters<Name extends AnalysisName>(
  name: Name,
  given: Readonly<Record<string, unknown>>,
): AnalysisParameters<Name> {
  const parsed = analysisParameters[name].safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue.path.length > 0 ? `Parameter ${issue.path.join('.')} of ${name}` : `${name}`;
    const known = describeParameters(name).map((parameter) => parameter.name);
    throw badInput(`${where}: ${issue.message}.`.replace(/\.\.$/, '.'), `Parameters: ${known.join(', ')}.`);
  }
  const mask = parsed.data as { maskLayer?: unknown; maskMeasure?: unknown };
  if ((mask.maskLayer ?? null) === null && (mask.maskMeasure ?? null) !== null)
    throw badInput('maskMeasure is given without maskLayer.', 'Give both.');
  return parsed.data as AnalysisParameters<Name>;
}
