import {
  applySynapseCorrections,
  isKind,
  resolveCellTypes,
  type Annotation,
  type AssignedType,
  type CellTypeContent,
  type SynapseCorrectionContent,
  type Unresolved,
} from '@stratome/annotations';
import type { SynapseRow } from '@stratome/connectome';
import type { Vec3 } from '@stratome/core';
import { annotationsAt, artifactsAt, type ArtifactsOf } from '@stratome/operations';
import { readBox } from '@stratome/storage';
import { cellKeyOfVoxel } from './graph-rows.js';
import { volumeOf, type Geometry } from './geometry.js';
import type { RecordedState } from './processor.js';

/** What people said of a dataset, brought to the segments of the revision that is loaded. */
export interface AppliedAnnotations {
  readonly types: ReadonlyMap<bigint, AssignedType>;
  correct(synapses: readonly SynapseRow[]): SynapseRow[];
  /** Annotations that change nothing of these synapses and segments, and why. */
  withoutPlace(synapses: readonly SynapseRow[]): Unresolved[];
}

/** A state of a dataset that annotations are brought to. */
export type AnnotatedState = RecordedState & {
  /** Where the segmentation is looked up; by default what a reader of the run's revision sees. */
  readonly artifactsOf?: ArtifactsOf;
};

/** Points of an annotation that lie in segments. */
function pointsOf(annotation: Annotation): readonly Vec3[] {
  if (annotation.kind === 'qualityFlag') return [];
  if (annotation.kind === 'cellType') return [annotation.target.point];
  const { target, payload } = annotation;
  if (payload.action === 'add') return [target.point, payload.prePoint];
  return payload.action === 'setPartner' ? [payload.partnerPoint] : [];
}

/** The working voxel that holds an aligned one. */
const working = (point: Vec3, { factors, workingShape }: Geometry): Vec3 => {
  const [z, y, x] = point.map((v, k) => Math.min(workingShape[k] - 1, Math.floor(v / factors[k])));
  return [z, y, x];
};

/** The segments at points of the aligned volume, by point as text. */
async function segmentsAt(
  { db, store, dataset, run, artifactsOf }: AnnotatedState,
  points: readonly Vec3[],
  g: Geometry,
): Promise<ReadonlyMap<string, bigint>> {
  if (points.length === 0) return new Map();
  const meta = volumeOf('segmentation', dataset.name, g);
  const rowsOf: ArtifactsOf =
    artifactsOf ?? ((kind, keys) => artifactsAt(db, dataset.name, run.revision, kind, keys));
  const resolve = async (kind: string, key: string) => (await rowsOf(kind, [key]))[0]?.hash;
  const segments = new Map<string, bigint>();
  for (const point of points) {
    const [z, y, x] = working(point, g);
    const box = { begin: [z, y, x], end: [z + 1, y + 1, x + 1] } as const;
    segments.set(String(point), ((await readBox(store, resolve, meta, 0, box)) as BigUint64Array)[0]);
  }
  return segments;
}

/**
 * The annotations that hold in the revision a run makes, ready to be applied to its rows. One that finds no segment or
 * synapse at its place changes nothing.
 *
 * @param isBody whether the graph will hold a segment of this id
 */
export async function readAnnotations(
  context: AnnotatedState,
  g: Geometry,
  isBody: (id: bigint) => boolean,
): Promise<AppliedAnnotations> {
  const { db, dataset, run } = context;
  const annotations: Annotation[] = await annotationsAt(db, dataset.name, run.revision);
  const segments = await segmentsAt(context, annotations.flatMap(pointsOf), g);
  const bodyAt = (point: Vec3): bigint | null => {
    const id = segments.get(String(point));
    return id !== undefined && isBody(id) ? id : null;
  };
  const cellTypes = annotations.filter(isKind('cellType')) as Annotation<CellTypeContent>[];
  const corrections = annotations.filter(
    isKind('synapseCorrection'),
  ) as Annotation<SynapseCorrectionContent>[];
  const corrected = (synapses: readonly SynapseRow[]) =>
    applySynapseCorrections<SynapseRow>(synapses, corrections, {
      voxelNm: g.voxelNm,
      bodyAt,
      complete: (added) => {
        const { z, y, x } = added.postLocation;
        return { ...added, cellKey: cellKeyOfVoxel(working([z, y, x], g), g) };
      },
    });
  const { types, unresolved } = resolveCellTypes(cellTypes, ({ target }) => bodyAt(target.point));
  return {
    types,
    correct: (synapses) => (corrections.length === 0 ? [...synapses] : corrected(synapses).synapses),
    withoutPlace: (synapses) => [...unresolved, ...corrected(synapses).unresolved],
  };
}
