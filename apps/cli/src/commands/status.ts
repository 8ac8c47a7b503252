import { latestRun, listDatasets, openDatabase, runProgress } from '@stratome/operations';
import { serviceAddresses, servicesStatus, stateFolder } from '@stratome/services';
import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { stageLine } from '../display/progress.js';
import { withJson } from '../options.js';
import { recordedProcesses } from '../processes/ledger.js';

async function datasetStatus(db: DataSource) {
  return Promise.all(
    (await listDatasets(db)).map(async ({ name, voxelNm, sourcePath, headRevision }) => {
      const run = await latestRun(db, name);
      const stages = run ? await runProgress(db, run.id) : [];
      return { name, voxelNm, sourcePath, headRevision, run: run && { ...run, stages } };
    }),
  );
}

/** Datasets and runs as PostgreSQL has them; undefined while it does not run. */
async function readDatasets(running: boolean) {
  if (!running) return undefined;
  // Only PostgreSQL is asked: status must answer while another server is down.
  const { postgres } = await serviceAddresses().catch(() => ({ postgres: undefined }));
  if (!postgres) return undefined;
  const db = await openDatabase(postgres.url);
  try {
    return await datasetStatus(db);
  } finally {
    await db.destroy();
  }
}

export function registerStatus(program: Command): void {
  withJson(program.command('status'))
    .description('servers, datasets and runs')
    .action(async ({ json = false }: { json?: boolean }) => {
      const services = await servicesStatus();
      const usable = services.some(
        ({ name, state }) => name === 'postgres' && (state === 'running' || state === 'elsewhere'),
      );
      const datasets = await readDatasets(usable);
      const processes = await recordedProcesses(stateFolder());
      if (json) return console.log(JSON.stringify({ services, processes, datasets: datasets ?? null }));
      for (const { name, state, port } of services) {
        console.log(`${name.padEnd(9)} ${state}${port ? ` on port ${port}` : ''}`);
      }
      for (const { role, pid } of processes) console.log(`${role.padEnd(9)} process ${pid}`);
      for (const { name, voxelNm, headRevision, run } of datasets ?? []) {
        console.log(`\n${name}: ${voxelNm.join('×')} nm, revision ${headRevision}`);
        if (run) console.log(`run ${run.id} (revision ${run.revision}): ${run.state}. ${run.error ?? ''}`.trim());
        for (const stage of run?.stages ?? []) console.log(`  ${stageLine(stage, new Date())}`);
      }
    });
}
