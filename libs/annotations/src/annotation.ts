import { badInput, isEmpty, type Vec3 } from '@stratome/core';
import { z } from 'zod';

/** What an annotation can be. */
export const annotationKinds = ['qualityFlag', 'cellType', 'synapseCorrection'] as const;
export type AnnotationKind = (typeof annotationKinds)[number];

const layers = ['L1', 'L2', 'L3', 'L4', 'L5'] as const;
export const severities = ['warn', 'exclude'] as const;
export const synapseKinds = ['excitatory', 'inhibitory'] as const;

const axis = z.number().int().min(0);
const point = z.tuple([axis, axis, axis]).readonly();
const words = (most: number) => z.string().trim().min(1).max(most);

/** A box of voxels of the aligned volume, half-open, z, y, x. */
const box = z
  .object({ begin: point, end: point })
  .refine((given) => !isEmpty(given), { message: 'it is empty or inverted' });

const flag = z.object({
  kind: z.literal('qualityFlag'),
  target: z.object({ box }),
  payload: z.object({
    reason: words(500).describe('What is wrong there, in words'),
    severity: z.enum(severities).describe('`warn`: shown; `exclude`: left out by a mask as well'),
    layer: z.enum(layers).nullable().default(null).describe('The layer at fault, where it is known'),
    diagnosisId: z.string().nullable().default(null).describe('The diagnosis it was made from'),
  }),
});

const cellType = z.object({
  kind: z.literal('cellType'),
  /** A voxel of the aligned volume: bodies get new ids when a region is made again, a place stays. */
  target: z.object({ point }),
  payload: z.object({
    type: words(100).describe('neuPrint’s `type`'),
    instance: words(200).nullable().default(null).describe('neuPrint’s `instance`'),
  }),
});

const synapseCorrection = z.object({
  kind: z.literal('synapseCorrection'),
  /** `point` is the postsynaptic site, by which the synapse is found again when its id has changed. */
  target: z.object({
    synapseId: z
      .string()
      .regex(/^\d{1,19}$/)
      .nullable(),
    point,
  }),
  payload: z.discriminatedUnion('action', [
    z.object({ action: z.literal('delete') }),
    z.object({ action: z.literal('setKind'), synapseKind: z.enum(synapseKinds) }),
    z.object({ action: z.literal('setPartner'), side: z.enum(['pre', 'post']), partnerPoint: point }),
    z.object({ action: z.literal('add'), prePoint: point, synapseKind: z.enum(synapseKinds) }),
  ]),
});

export const annotationContent = z.discriminatedUnion('kind', [flag, cellType, synapseCorrection]);

/** What an annotation says, of what. Points and boxes are voxels of the aligned volume, z, y, x. */
export type AnnotationContent = z.infer<typeof annotationContent>;
export type FlagContent = Extract<AnnotationContent, { kind: 'qualityFlag' }>;
export type CellTypeContent = Extract<AnnotationContent, { kind: 'cellType' }>;
export type SynapseCorrectionContent = Extract<AnnotationContent, { kind: 'synapseCorrection' }>;

/** An annotation as stored. It holds from `fromRevision` up to but without `toRevision`. */
export type Annotation<Content extends AnnotationContent = AnnotationContent> = Content & {
  readonly dataset: string;
  /** Unique in the dataset; one that was ended and restored by a rollback keeps it. */
  readonly id: bigint;
  readonly fromRevision: number;
  readonly toRevision: number | null;
  readonly author: string;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
};

/**
 * Reads what somebody wants to annotate.
 *
 * @throws StratomeError badInput that names the field
 */
export function parseAnnotation(given: unknown): AnnotationContent {
  const parsed = annotationContent.safeParse(given);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw badInput(`The annotation's ${path.join('.') || 'kind'} cannot be used: ${message}.`, 'Correct it.');
}

/** @throws StratomeError badInput for no name, or one of more than 100 characters */
export function requireAuthor(author: string): string {
  const name = author.trim();
  if (name.length >= 1 && name.length <= 100) return name;
  throw badInput('An annotation needs an author.', 'Give a name of at most 100 characters.');
}

export const formatPoint = ([z0, y0, x0]: Vec3): string => `${z0},${y0},${x0}`;

/** Reads `z,y,x`, whole voxels. @throws badInput when it is malformed */
export function parsePoint(text: string): Vec3 {
  const match = /^(\d+),(\d+),(\d+)$/.exec(text.trim());
  if (!match) throw badInput(`"${text}" is not a point.`, 'Write z,y,x in voxels, whole numbers from 0.');
  const [z0, y0, x0] = match.slice(1).map(Number);
  return [z0, y0, x0];
}

export const isKind =
  <K extends AnnotationKind>(kind: K) =>
  <A extends AnnotationContent>(annotation: A): annotation is Extract<A, { kind: K }> =>
    annotation.kind === kind;
