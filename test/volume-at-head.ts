import { artifactsAt, requireDataset } from '@stratome/operations';
import { volumeOf, type Geometry } from '@stratome/reconstruction-worker';
import { readBox, type FileObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';

/** A whole volume as the dataset's head shows it. */
export async function volumeAtHead(
  db: DataSource,
  store: FileObjectStore,
  name: string,
  volume: 'em' | 'segmentation',
) {
  const { headRevision } = await requireDataset(db, name);
  const rows = (kind: string) => artifactsAt(db, name, headRevision, kind);
  const [geometryRow] = await rows('geometry');
  const geometry = JSON.parse(Buffer.from(await store.get(geometryRow.hash)).toString()) as Geometry;
  const chunks = new Map((await rows(`${volume}/0`)).map((row) => [row.key, row.hash]));
  const shape = volume === 'em' ? geometry.shape : geometry.workingShape;
  const box = { begin: [0, 0, 0] as const, end: shape };
  const meta = volumeOf(volume, name, geometry);
  return { data: await readBox(store, (_, key) => chunks.get(key), meta, 0, box), shape };
}
