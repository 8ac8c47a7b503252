import {
  parseAnnotation,
  requireAuthor,
  requireBoxInVolume,
  requirePointInVolume,
  resolveCellTypes,
  type Annotation,
  type AnnotationContent,
  type CellTypeContent,
  type SynapseCorrectionContent,
} from '@stratome/annotations';
import { queries, rowFrom, type ConnectivityDelta, type Graph, type NeuronRow } from '@stratome/connectome';
import { badInput, notFound, type Vec3 } from '@stratome/core';
import { annotationsAt, endAnnotation, insertAnnotations } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { commitRevision, type CommittedRevision, type Standing } from '../commit-revision.js';
import { requireSynapse, synapseDelta } from './synapse-edit.js';

/** The segment at a voxel of the aligned volume as a revision has it; 0n where there is none. */
export type SegmentAt = (revision: number, point: Vec3) => Promise<bigint>;

interface Edit {
  readonly dataset: string;
  readonly author: string;
  readonly segmentAt: SegmentAt;
}

export interface AnnotateRequest extends Edit {
  readonly note?: string;
  /** As `parseAnnotation` reads it. The point of a synapse that is named by id is looked up and may be left out. */
  readonly content: unknown;
}

export interface AnnotatedRevision extends CommittedRevision {
  readonly annotationId: bigint;
}

interface Volume {
  /** z, y, x. */
  readonly shape: Vec3;
  readonly voxelNm: Vec3;
}

async function volumeOf(graph: Graph, dataset: string): Promise<Volume> {
  const found = (await graph.run(queries.datasets, {})).find((row) => row.dataset === dataset);
  if (!found) throw notFound(`There is no dataset "${dataset}" in the graph.`, 'Run it first.');
  const [x, y, z] = found.voxelSize;
  const [depth, height, width] = found.shapeVoxels;
  return { shape: [depth, height, width], voxelNm: [z, y, x] };
}

/** Fills in where a synapse lies that is named by its id alone. */
async function withPlace(graph: Graph, dataset: string, content: unknown): Promise<unknown> {
  const given = content as { kind?: string; target?: { synapseId?: unknown; point?: unknown } };
  const id = given.target?.synapseId;
  if (given.kind !== 'synapseCorrection' || given.target?.point !== undefined) return content;
  if (typeof id !== 'string' || !/^\d{1,19}$/.test(id)) return content;
  const { postLocation } = await requireSynapse(graph, dataset, BigInt(id));
  const point = [postLocation.z, postLocation.y, postLocation.x].map(Math.floor);
  return { ...given, target: { synapseId: id, point } };
}

/**
 * Annotates a dataset: the annotation is a row of PostgreSQL and a change of the graph, both of one new revision.
 *
 * @throws StratomeError badInput for a place outside the volume or in no segment and for a correction that changes
 *   nothing, notFound for a dataset or synapse that is not there, conflict while somebody is writing; then nothing
 *   was changed
 */
export async function annotate(
  db: DataSource,
  graph: Graph,
  { dataset, author: given, note, content, segmentAt }: AnnotateRequest,
): Promise<AnnotatedRevision> {
  const author = requireAuthor(given);
  let annotationId = 0n;
  const committed = await commitRevision(db, graph, {
    dataset,
    kind: 'annotation',
    author,
    note,
    async change(standing) {
      const parsed = parseAnnotation(await withPlace(graph, dataset, content));
      annotationId = await nextAnnotationId(db, dataset);
      const delta = await deltaOf(standing, parsed, annotationId, { dataset, author, segmentAt });
      return {
        delta,
        async intend(tx, next) {
          const row = { content: parsed, author, note };
          [annotationId] = await insertAnnotations(tx, dataset, next, [row]);
        },
      };
    },
  });
  return { ...committed, annotationId };
}

/** The id that the next annotation gets; the lock on writing the dataset keeps it free. */
async function nextAnnotationId(db: DataSource, dataset: string): Promise<bigint> {
  const [{ last }] = await db.query(
    'SELECT coalesce(max(id), 0) AS last FROM annotation WHERE dataset = $1',
    [dataset],
  );
  return BigInt(last) + 1n;
}

async function deltaOf(
  { graph, head }: Standing,
  content: AnnotationContent,
  id: bigint,
  { dataset, author, segmentAt }: Edit,
): Promise<ConnectivityDelta> {
  const { shape, voxelNm } = await volumeOf(graph, dataset);
  if (content.kind === 'qualityFlag') {
    requireBoxInVolume(content.target.box, shape);
    return {};
  }
  requirePointInVolume(content.target.point, shape);
  if (content.kind === 'cellType') {
    const segment = await requireSegment(
      graph,
      dataset,
      content.target.point,
      await segmentAt(head, content.target.point),
    );
    const { type, instance } = content.payload;
    return { neurons: { added: [], changed: [typed(segment, type, instance)], removed: [] } };
  }
  for (const point of otherPoints(content)) requirePointInVolume(point, shape);
  const correction: Annotation<SynapseCorrectionContent> = {
    ...content,
    dataset,
    id,
    fromRevision: head + 1,
    toRevision: null,
    author,
    note: null,
    createdAt: new Date(),
    endedBy: null,
    endedAt: null,
  };
  const bodyAt = (point: Vec3) => segmentAt(head, point);
  return synapseDelta({ graph, dataset, voxelNm, bodyAt }, correction);
}

function otherPoints({ payload }: SynapseCorrectionContent): Vec3[] {
  if (payload.action === 'add') return [payload.prePoint];
  return payload.action === 'setPartner' ? [payload.partnerPoint] : [];
}

const typed = (segment: NeuronRow, type?: string | null, instance?: string | null): NeuronRow => ({
  ...segment,
  type: type ?? undefined,
  instance: instance ?? undefined,
});

async function requireSegment(
  graph: Graph,
  dataset: string,
  point: Vec3,
  bodyId: bigint,
): Promise<NeuronRow> {
  if (bodyId === 0n) {
    throw badInput(`There is no segment at ${point.join(',')}.`, 'Give z,y,x of a voxel inside one.');
  }
  const [found] = await graph.run(queries.segmentRowsOf, { dataset, bodyIds: [bodyId] });
  if (found) return rowFrom('neurons', found.row);
  throw notFound(
    `Segment ${bodyId} at ${point.join(',')} is too small to stand in the graph.`,
    'Name a larger one.',
  );
}

export interface EndRequest extends Edit {
  readonly id: bigint;
  /** Only an annotation of this kind. */
  readonly kind?: AnnotationContent['kind'];
}

const names = {
  qualityFlag: 'flag',
  cellType: 'cell type',
  synapseCorrection: 'synapse correction',
} as const;

/**
 * Ends a flag or a cell type with a new revision. A synapse correction is not ended but undone: by another one, or by
 * a rollback.
 *
 * @throws StratomeError notFound when no such annotation holds at the head, badInput for a synapse correction
 */
export function endAnnotationOf(
  db: DataSource,
  graph: Graph,
  { dataset, id, kind, author: given, segmentAt }: EndRequest,
): Promise<CommittedRevision> {
  const author = requireAuthor(given);
  return commitRevision(db, graph, {
    dataset,
    kind: 'annotation',
    author,
    note: `ends annotation ${id}`,
    async change({ head }) {
      const held = await annotationsAt(db, dataset, head);
      const found = held.find((a) => a.id === id && (kind === undefined || a.kind === kind));
      if (!found) {
        throw notFound(
          `The dataset "${dataset}" has no ${kind ? names[kind] : 'annotation'} ${id} at revision ${head}.`,
          `npx stratome annotations ${dataset} lists what holds.`,
        );
      }
      if (found.kind === 'synapseCorrection') {
        throw badInput(
          `Annotation ${id} is a correction of a synapse.`,
          'Undo it by another correction, or go back to an earlier revision.',
        );
      }
      const others = held.filter(
        (a): a is Annotation<CellTypeContent> => a.kind === 'cellType' && a.id !== id,
      );
      const segmentOf = (point: Vec3) => segmentAt(head, point);
      const delta =
        found.kind === 'cellType' ? await withoutType(graph, dataset, found, others, segmentOf) : {};
      return { delta, intend: (tx, next) => endAnnotation(tx, dataset, id, next, author) };
    },
  });
}

/** The segment of a cell type that ends, with what other annotations say of it. */
async function withoutType(
  graph: Graph,
  dataset: string,
  ended: Annotation<CellTypeContent>,
  others: readonly Annotation<CellTypeContent>[],
  segmentOf: (point: Vec3) => Promise<bigint>,
): Promise<ConnectivityDelta> {
  const bodyId = await segmentOf(ended.target.point);
  const [found] = bodyId === 0n ? [] : await graph.run(queries.segmentRowsOf, { dataset, bodyIds: [bodyId] });
  if (!found) return {};
  const segments = new Map<bigint, bigint>();
  for (const { id, target } of others) segments.set(id, await segmentOf(target.point));
  const { types } = resolveCellTypes(others, ({ id }) => segments.get(id) || null);
  const other = types.get(bodyId);
  const changed = [typed(rowFrom('neurons', found.row), other?.type, other?.instance)];
  return { neurons: { added: [], changed, removed: [] } };
}
