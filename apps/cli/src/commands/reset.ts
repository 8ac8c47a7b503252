import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { badInput, conflict } from '@stratome/core';
import { deleteDataset } from '@stratome/connectome';
import { heartbeatLimitMs, listDatasets, removeDataset, requireDataset, Run } from '@stratome/operations';
import { resetServices, servicesStatus, stateFolder } from '@stratome/services';
import type { Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { withJson } from '../options.js';
import { stopRecorded } from '../processes/ledger.js';
import { withRunningServers, withServers, type Session } from '../session.js';

interface ResetOptions {
  dataset?: string;
  yes?: boolean;
  json?: boolean;
}

/** What Stratome itself puts into the state folder, besides the servers' own. Anything else in it stays. */
const ownEntries = ['objects', 'tiles', 'phantoms', 'processes', 'ports.json'];

async function requireConsent(what: string, { yes, json }: ResetOptions): Promise<void> {
  if (yes) return;
  if (json || !process.stdin.isTTY) {
    throw badInput(`This deletes ${what}, and nobody confirmed it.`, 'Add --yes.');
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`This deletes ${what}. Type yes to go on: `);
  prompt.close();
  if (answer.trim() !== 'yes') throw badInput('Nothing was deleted.', 'Type yes, or add --yes.');
}

async function refuseWhileWritten(session: Session, name: string): Promise<void> {
  const { writingRun } = await requireDataset(session.db, name);
  const run = writingRun ? await session.db.getRepository(Run).findOneBy({ id: writingRun }) : null;
  if (run?.state !== 'running' || Date.now() - run.heartbeatAt.getTime() > heartbeatLimitMs) return;
  throw conflict(`The dataset "${name}" is being written by run ${run.id}.`, 'Stop it with npx stratome stop.');
}

/** Graph first: what PostgreSQL still lists can be deleted again after an interruption. */
async function deleteOne(session: Session, name: string): Promise<void> {
  await refuseWhileWritten(session, name);
  await deleteDataset(session.graph, name);
  await removeDataset(session.db, name);
  await rm(join(session.home, 'phantoms', name), { recursive: true, force: true });
}

async function resetDataset(name: string, options: ResetOptions): Promise<void> {
  await withRunningServers(async (session) => {
    await requireDataset(session.db, name);
    await requireConsent(`the dataset ${name} with everything made from it`, options);
    await deleteOne(session, name);
  });
  console.log(options.json ? JSON.stringify({ reset: name }) : `Dataset ${name} was deleted.`);
}

async function resetAll(options: ResetOptions): Promise<void> {
  const home = stateFolder();
  await requireConsent(`all datasets, databases and logs in ${home}`, options);
  const { note } = displayFor(options.json ?? false);
  await stopRecorded(home);
  const elsewhere = (await servicesStatus()).some(({ state }) => state === 'elsewhere');
  if (elsewhere) {
    await withServers(note, false, async (session) => {
      for (const { name } of await listDatasets(session.db)) await deleteOne(session, name);
    });
  }
  const servers = await resetServices({ onProgress: note });
  for (const entry of ownEntries) await rm(join(home, entry), { recursive: true, force: true });
  console.log(options.json ? JSON.stringify({ reset: home, servers }) : `${home} is as new.`);
}

export function registerReset(program: Command): void {
  withJson(program.command('reset'))
    .description('delete a dataset, or everything in the state folder')
    .option('--dataset <name>', 'this one only')
    .option('--yes', 'do not ask')
    .action(async (options: ResetOptions) =>
      options.dataset === undefined ? resetAll(options) : resetDataset(options.dataset, options),
    );
}
