import { formatBox } from '@stratome/core';
import { formatPoint, type Annotation, type AnnotationContent } from './annotation.js';

/** Columns of an export, in order. */
export const annotationColumns = [
  'id',
  'kind',
  'place',
  'what',
  'fromRevision',
  'toRevision',
  'author',
  'createdAt',
  'endedBy',
  'endedAt',
  'note',
] as const;

/** Where an annotation is: a box or a point, z, y, x. */
export const placeOf = (annotation: AnnotationContent): string =>
  annotation.kind === 'qualityFlag' ? formatBox(annotation.target.box) : formatPoint(annotation.target.point);

/** What an annotation says, in a line. */
export function describeAnnotation(annotation: AnnotationContent): string {
  switch (annotation.kind) {
    case 'qualityFlag': {
      const { severity, layer, reason } = annotation.payload;
      return `${severity}${layer ? ` ${layer}` : ''}: ${reason}`;
    }
    case 'cellType': {
      const { type, instance } = annotation.payload;
      return instance ? `${type} (${instance})` : type;
    }
    case 'synapseCorrection': {
      const { target, payload } = annotation;
      const which = target.synapseId === null ? 'a synapse' : `synapse ${target.synapseId}`;
      switch (payload.action) {
        case 'delete':
          return `delete ${which}`;
        case 'setKind':
          return `${which} is ${payload.synapseKind}`;
        case 'setPartner':
          return `${which}: its ${payload.side}synaptic partner is at ${formatPoint(payload.partnerPoint)}`;
        case 'add':
          return `add ${which} (${payload.synapseKind}) from ${formatPoint(payload.prePoint)}`;
      }
    }
  }
}

/** The cells of one row of an export, in the order of `annotationColumns`. */
export const annotationCells = (a: Annotation): string[] => [
  String(a.id),
  a.kind,
  placeOf(a),
  describeAnnotation(a),
  String(a.fromRevision),
  a.toRevision === null ? '' : String(a.toRevision),
  a.author,
  a.createdAt.toISOString(),
  a.endedBy ?? '',
  a.endedAt?.toISOString() ?? '',
  a.note ?? '',
];

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Annotations as CSV (RFC 4180), with a header. */
export const annotationsCsv = (annotations: readonly Annotation[]): string =>
  [annotationColumns, ...annotations.map(annotationCells)]
    .map((row) => `${row.map(csvField).join(',')}\r\n`)
    .join('');
