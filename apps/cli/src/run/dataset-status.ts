import { serviceAddresses, type ServiceStatus } from '@stratome/services';
import type { DataSource } from 'typeorm';

async function statusOfAll(db: DataSource) {
  const { latestRun, listDatasets, runProgress } = await import('@stratome/operations');
  return Promise.all(
    (await listDatasets(db)).map(async ({ name, voxelNm, sourcePath, headRevision }) => {
      const run = await latestRun(db, name);
      const stages = run ? await runProgress(db, run.id) : [];
      return { name, voxelNm, sourcePath, headRevision, run: run && { ...run, stages } };
    }),
  );
}

export type DatasetStatus = Awaited<ReturnType<typeof statusOfAll>>[number];

/** Datasets and their latest runs; null where the servers that would know do not run. */
export async function readDatasets(services: readonly ServiceStatus[]): Promise<DatasetStatus[] | null> {
  if (!services.every(({ state }) => state === 'running' || state === 'elsewhere')) return null;
  const { openDatabase } = await import('@stratome/operations');
  const db = await openDatabase((await serviceAddresses()).postgres.url);
  try {
    return await statusOfAll(db);
  } finally {
    await db.destroy();
  }
}

/** One line a dataset, and below it what its latest run has done. */
export function describeDatasets(datasets: readonly DatasetStatus[] | null): string[] {
  return (datasets ?? []).flatMap(({ name, voxelNm, headRevision, run }) => [
    `${name}: ${voxelNm.join('×')} nm, revision ${headRevision}`,
    ...(run
      ? [`  run ${run.id} for revision ${run.revision}: ${run.state} ${run.error ?? ''}`.trimEnd()]
      : []),
    ...(run?.stages ?? []).map(({ stage, done, total }) => `  ${stage.padEnd(12)} ${done}/${total}`),
  ]);
}
