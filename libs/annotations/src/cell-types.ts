import type { Annotation, CellTypeContent } from './annotation.js';

export interface AssignedType {
  readonly type: string;
  readonly instance: string | null;
  readonly annotationId: bigint;
}

/** An annotation that cannot be carried out at a revision, and why. */
export interface Unresolved {
  readonly annotationId: bigint;
  readonly why: string;
}

export interface ResolvedTypes {
  readonly types: ReadonlyMap<bigint, AssignedType>;
  readonly unresolved: readonly Unresolved[];
}

const later = (a: Annotation, b: Annotation): number =>
  a.fromRevision - b.fromRevision || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Which segment has which cell type, now that points lie in segments. Where two points lie in one segment, the later
 * annotation holds and the earlier is reported.
 *
 * @param segmentOf the segment at an annotation's point; null where there is none that could have a type
 */
export function resolveCellTypes(
  annotations: readonly Annotation<CellTypeContent>[],
  segmentOf: (annotation: Annotation<CellTypeContent>) => bigint | null,
): ResolvedTypes {
  const types = new Map<bigint, AssignedType>();
  const unresolved: Unresolved[] = [];
  for (const annotation of [...annotations].sort(later)) {
    const segment = segmentOf(annotation);
    if (segment === null) {
      unresolved.push({ annotationId: annotation.id, why: 'there is no segment at its point' });
      continue;
    }
    const before = types.get(segment);
    if (before) {
      const why = `annotation ${annotation.id} names the same segment ${segment} later`;
      unresolved.push({ annotationId: before.annotationId, why });
    }
    const { type, instance } = annotation.payload;
    types.set(segment, { type, instance, annotationId: annotation.id });
  }
  return { types, unresolved };
}
