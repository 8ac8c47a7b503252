import { serviceAddresses, type ServiceAddresses, type ServiceStatus } from '@stratome/services';
import type { DataSource } from 'typeorm';

async function statusOfAll(db: DataSource) {
  const { latestRun, listDatasets, runProgress } = await import('@stratome/operations');
  return Promise.all(
    (await listDatasets(db)).map(async ({ name, voxelNm, sourcePath, headRevision }) => {
      const run = await latestRun(db, name);
      const stages = run ? await runProgress(db, run.id) : [];
      return { name, voxelNm, sourcePath, headRevision, imported: false, run: run && { ...run, stages } };
    }),
  );
}

/** Datasets that stand in the graph alone: connectomes that were imported. */
async function importedDatasets({ neo4j }: ServiceAddresses, known: ReadonlySet<string>) {
  const { openGraph, queries } = await import('@stratome/connectome');
  const graph = await openGraph({ uri: neo4j.uri, user: neo4j.user, password: neo4j.password });
  try {
    const rows = (await graph.run(queries.datasets, {})).filter(({ dataset }) => !known.has(dataset));
    return rows.map(({ dataset, description, revision, voxelSize: [x, y, z] }) => ({
      name: dataset,
      voxelNm: [z, y, x] as [number, number, number],
      sourcePath: description ?? '',
      headRevision: Number(revision),
      imported: true,
      run: null,
    }));
  } finally {
    await graph.close();
  }
}

export type DatasetStatus = Awaited<ReturnType<typeof statusOfAll | typeof importedDatasets>>[number];

/** Datasets and their latest runs; null where the servers that would know do not run. */
export async function readDatasets(services: readonly ServiceStatus[]): Promise<DatasetStatus[] | null> {
  if (!services.every(({ state }) => state === 'running' || state === 'elsewhere')) return null;
  const { openDatabase } = await import('@stratome/operations');
  const addresses = await serviceAddresses();
  const db = await openDatabase(addresses.postgres.url);
  try {
    const own = await statusOfAll(db);
    return [...own, ...(await importedDatasets(addresses, new Set(own.map(({ name }) => name))))];
  } finally {
    await db.destroy();
  }
}

/** One line a dataset, and below it what its latest run has done. */
export function describeDatasets(datasets: readonly DatasetStatus[] | null): string[] {
  return (datasets ?? []).flatMap(({ name, voxelNm, headRevision, imported, run, sourcePath }) => [
    imported
      ? `${name}: imported from ${sourcePath}, revision ${headRevision}`
      : `${name}: ${voxelNm.join('×')} nm, revision ${headRevision}`,
    ...(run
      ? [`  run ${run.id} for revision ${run.revision}: ${run.state} ${run.error ?? ''}`.trimEnd()]
      : []),
    ...(run?.stages ?? []).map(({ stage, done, total }) => `  ${stage.padEnd(12)} ${done}/${total}`),
  ]);
}
