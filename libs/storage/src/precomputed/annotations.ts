import type { Vec3 } from '@stratome/core';
import { xyz } from './info.js';

/** A line with numbers and related segments; ends are z, y, x in voxels. */
export interface LineAnnotation {
  readonly id: bigint;
  readonly from: Vec3;
  readonly to: Vec3;
  /** One value a property, in the order of the layout. */
  readonly values: readonly number[];
  /** Segments by relationship, in the order of the layout. */
  readonly related: readonly (readonly bigint[])[];
}

export interface AnnotationProperty {
  readonly id: string;
  readonly description: string;
  readonly type: 'float32' | 'uint8';
  /** Names of the values 0, 1, … of a uint8. */
  readonly labels?: readonly string[];
}

/** One level of the spatial index: cells of equal size that together cover the volume. */
export interface SpatialLevel {
  /** Cells along z, y, x. */
  readonly counts: Vec3;
  /** Size of a cell along z, y, x, voxels. */
  readonly cell: Vec3;
  /** Annotations a cell holds at most, about. */
  readonly limit: number;
}

/** What is fixed about a collection of lines. Properties of 4 bytes come before those of 1. */
export interface AnnotationLayout {
  /** Size of a voxel along z, y, x, nm. */
  readonly voxelNm: Vec3;
  /** Volume along z, y, x, voxels. */
  readonly shape: Vec3;
  readonly properties: readonly AnnotationProperty[];
  readonly relationships: readonly string[];
  /** From coarse to fine; an annotation lies in one cell of one level. */
  readonly levels: readonly SpatialLevel[];
}

const metres = (nm: number) => Number((nm * 1e-9).toPrecision(12));

/**
 * The `info` document of a collection of lines.
 * Format: neuroglancer, src/datasource/precomputed/annotations.md.
 */
export function annotationInfo({ voxelNm, shape, properties, relationships, levels }: AnnotationLayout) {
  const [x, y, z] = xyz(voxelNm).map(metres);
  return {
    '@type': 'neuroglancer_annotations_v1',
    dimensions: { x: [x, 'm'], y: [y, 'm'], z: [z, 'm'] },
    lower_bound: [0, 0, 0],
    upper_bound: xyz(shape),
    annotation_type: 'LINE',
    properties: properties.map(({ id, description, type, labels }) => ({
      id,
      description,
      type,
      ...(labels ? { enum_values: labels.map((_, value) => value), enum_labels: labels } : {}),
    })),
    relationships: relationships.map((id) => ({ id, key: id })),
    by_id: { key: 'by_id' },
    spatial: levels.map(({ counts, cell, limit }, level) => ({
      key: `spatial${level}`,
      grid_shape: xyz(counts),
      chunk_size: xyz(cell),
      limit,
    })),
  };
}

const bytesOf = ({ type }: AnnotationProperty) => (type === 'float32' ? 4 : 1);

/** Bytes of a line with its properties: six coordinates, then the values, filled up to four bytes. */
function lineBytes(properties: readonly AnnotationProperty[]): number {
  const bytes = properties.reduce((sum, property) => sum + bytesOf(property), 24);
  return bytes + ((4 - (bytes % 4)) % 4);
}

function writeLine(
  view: DataView,
  at: number,
  properties: readonly AnnotationProperty[],
  { from, to, values }: LineAnnotation,
): void {
  let offset = at;
  for (const end of [from, to]) {
    for (const coordinate of xyz(end)) {
      view.setFloat32(offset, coordinate, true);
      offset += 4;
    }
  }
  for (const [i, property] of properties.entries()) {
    if (property.type === 'float32') view.setFloat32(offset, values[i], true);
    else view.setUint8(offset, values[i]);
    offset += bytesOf(property);
  }
}

/** Many lines with their ids, as in cells of the spatial index and in lists by segment. */
export function encodeLines(
  properties: readonly AnnotationProperty[],
  lines: readonly LineAnnotation[],
): Uint8Array {
  const stride = lineBytes(properties);
  const view = new DataView(new ArrayBuffer(8 + lines.length * (stride + 8)));
  view.setBigUint64(0, BigInt(lines.length), true);
  for (const [i, line] of lines.entries()) {
    writeLine(view, 8 + i * stride, properties, line);
    view.setBigUint64(8 + lines.length * stride + 8 * i, line.id, true);
  }
  return new Uint8Array(view.buffer);
}

/** One line with the segments it is related to, as under `by_id`. */
export function encodeLine(properties: readonly AnnotationProperty[], line: LineAnnotation): Uint8Array {
  const stride = lineBytes(properties);
  const ids = line.related.reduce((sum, segments) => sum + segments.length, 0);
  const view = new DataView(new ArrayBuffer(stride + 4 * line.related.length + 8 * ids));
  writeLine(view, 0, properties, line);
  let offset = stride;
  for (const segments of line.related) {
    view.setUint32(offset, segments.length, true);
    offset += 4;
    for (const id of segments) {
      view.setBigUint64(offset, id, true);
      offset += 8;
    }
  }
  return new Uint8Array(view.buffer);
}

/** Share of all lines that the levels up to and with this one hold, 0 to 1; the last holds the rest. */
const shareUpTo = (level: number, levels: number, count: number, limit: number): number =>
  level < 0 ? 0 : level === levels - 1 ? 1 : Math.min(1, (limit * 8 ** level) / Math.max(1, count));

/**
 * Levels of a spatial index for so many lines: each halves the cells of the one before, until a cell of the last holds
 * about `limit`. Which level a line lies on is told by a number from 0 to 1 that belongs to it, its rank: level i holds
 * ranks from `ranks[i][0]` up to, but without, `ranks[i][1]`.
 */
export function spatialLevels(
  shape: Vec3,
  count: number,
  limit: number,
): { readonly levels: SpatialLevel[]; readonly ranks: readonly (readonly [number, number])[] } {
  const depth = Math.max(1, 1 + Math.ceil(Math.log(Math.max(1, count / limit)) / Math.log(8)));
  const levels = Array.from({ length: depth }, (_, level): SpatialLevel => {
    const counts = shape.map((n) => Math.min(n, 2 ** level)) as unknown as Vec3;
    return { counts, cell: shape.map((n, k) => n / counts[k]) as unknown as Vec3, limit };
  });
  const ranks = levels.map(
    (_, level) => [shareUpTo(level - 1, depth, count, limit), shareUpTo(level, depth, count, limit)] as const,
  );
  return { levels, ranks };
}
