import { randomUUID } from 'node:crypto';
import { parseAnnotation } from '@stratome/annotations';
import { hashJson } from '@stratome/core';
import {
  abandonAnnotations,
  annotationHistory,
  annotationsAt,
  endAnnotation,
  insertAnnotations,
  openDatabase,
  registerDataset,
  removeDataset,
  restoreAnnotations,
} from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const dataset = `annotated_${randomUUID().replaceAll('-', '')}`;
let db: DataSource;

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  const source = { sourcePath: '/tiles', manifestHash: hashJson(dataset) };
  await registerDataset(db, { name: dataset, voxelNm: [10, 10, 10], ...source });
});
afterAll(async () => {
  await removeDataset(db, dataset);
  await db.destroy();
});

const typeAt = (x: number, type: string) => ({
  content: parseAnnotation({ kind: 'cellType', target: { point: [0, 0, x] }, payload: { type } }),
  author: 'ada',
});
const held = async (revision: number) =>
  (await annotationsAt(db, dataset, revision, 'cellType')).map(({ id, payload }) => `${id} ${payload.type}`);

describe('annotations by revision', () => {
  it('hold from the revision that made them to the one that ended them', async () => {
    await db.transaction(async (tx) => {
      expect(await insertAnnotations(tx, dataset, 2, [typeAt(1, 'A'), typeAt(2, 'B')])).toEqual([1n, 2n]);
    });
    await endAnnotation(db.manager, dataset, 1n, 3, 'bob');
    expect(await insertAnnotations(db.manager, dataset, 4, [typeAt(3, 'C')])).toEqual([3n]);
    expect([await held(1), await held(2), await held(3), await held(4)]).toEqual([
      [],
      ['1 A', '2 B'],
      ['2 B'],
      ['2 B', '3 C'],
    ]);
    const [{ endedBy, toRevision }] = await annotationHistory(db, dataset, 1n);
    expect({ endedBy, toRevision }).toEqual({ endedBy: 'bob', toRevision: 3 });
    await expect(endAnnotation(db.manager, dataset, 1n, 5, 'bob')).rejects.toThrow('does not hold');
  });

  it('of a revision come back in a rollback, and those it did not have end', async () => {
    await restoreAnnotations(db.manager, dataset, 2, 5);
    expect([await held(4), await held(5)]).toEqual([
      ['2 B', '3 C'],
      ['1 A', '2 B'],
    ]);
    // Forward again, and back to before all of them.
    await restoreAnnotations(db.manager, dataset, 4, 6);
    await restoreAnnotations(db.manager, dataset, 1, 7);
    expect([await held(5), await held(6), await held(7)]).toEqual([['1 A', '2 B'], ['2 B', '3 C'], []]);
    const history = await annotationHistory(db, dataset, 1n);
    expect(history.map(({ fromRevision, toRevision }) => [fromRevision, toRevision])).toEqual([
      [2, 3],
      [5, 6],
    ]);
  });

  it('that never became a revision leave no trace', async () => {
    const before = await db.query('SELECT * FROM annotation WHERE dataset = $1 ORDER BY row_id', [dataset]);
    await restoreAnnotations(db.manager, dataset, 4, 8);
    await abandonAnnotations(db.manager, dataset, 8);
    expect(await db.query('SELECT * FROM annotation WHERE dataset = $1 ORDER BY row_id', [dataset])).toEqual(
      before,
    );
  });
});
