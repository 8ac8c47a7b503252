import { annotationsAt, artifactsAt, requireDataset, type Run } from '@stratome/operations';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import type { Geometry } from '../stages/geometry.js';
import { readAnnotations } from '../stages/graph-annotations.js';
import { synapseRows } from '../stages/graph-rows.js';
import type { StoredObject } from '../stages/objects.js';
import type { StoredSynapse } from '../stages/stored-synapses.js';

/** An annotation that changes nothing any more, since there is no segment or synapse at its place. */
export interface AnnotationWithoutPlace {
  readonly annotation: string;
  readonly why: string;
}

/** Annotations that the revision of a finished run has no segment or synapse for any more, and why. */
export async function annotationsWithoutPlace(
  { db, store }: { db: DataSource; store: ObjectStore },
  run: Run,
): Promise<AnnotationWithoutPlace[]> {
  const dataset = await requireDataset(db, run.dataset);
  const held = await annotationsAt(db, dataset.name, run.revision);
  if (held.every(({ kind }) => kind === 'qualityFlag')) return [];
  const rowsOf = (kind: string) => artifactsAt(db, dataset.name, run.revision, kind);
  const read = async <T>(hash: string) =>
    JSON.parse(Buffer.from(await store.get(hash)).toString('utf8')) as T;
  const [geometry] = await rowsOf('geometry');
  const [objects] = await rowsOf('objects');
  const g = await read<Geometry>(geometry.hash);
  const bodies = new Set((await read<StoredObject[]>(objects.hash)).map(({ id }) => BigInt(id)));
  const isBody = (id: bigint) => bodies.has(id);
  const applied = await readAnnotations({ db, store, dataset, run }, g, isBody);
  const synapses = [];
  for (const { key, hash } of await rowsOf('synapses')) {
    const source = { kind: 'synapses', key, hash };
    synapses.push(...synapseRows(await read<StoredSynapse[]>(hash), source, g, isBody, false));
  }
  return applied
    .withoutPlace(synapses)
    .map(({ annotationId, why }) => ({ annotation: String(annotationId), why }));
}
