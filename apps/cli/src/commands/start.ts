import type { Vec3 } from '@stratome/core';
import { requireDatasetName } from '@stratome/operations';
import type { Variant } from '@stratome/phantom';
import { runParametersFrom } from '@stratome/reconstruction-worker';
import { stateFolder } from '@stratome/services';
import type { Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { summaryTable } from '../display/summary-table.js';
import { collect, parseSeed, parseVoxelNm, parseWorkers, withJson } from '../options.js';
import { interruptible } from '../processes/interruption.js';
import { runDataset } from '../run/run-dataset.js';
import { inputSources, phantomSources, refusePhantomOptions, registerSources } from '../run/sources.js';
import { summarise, type RunSummary } from '../run/summary.js';
import { truthOf } from '../run/truth.js';
import { addressLines, servedAddresses } from '../serving/addresses.js';
import { serveUntilInterrupted, startApi } from '../serving/serve.js';
import { withServers, type Session } from '../session.js';
import { variantOption } from './phantom.js';

interface StartOptions {
  input?: string;
  voxelNm?: Vec3;
  name: string;
  variant?: Variant;
  seed?: number;
  tiny?: true;
  set: string[];
  workers: number;
  once?: boolean;
  json?: boolean;
}

export function registerStart(program: Command): void {
  withJson(program.command('start'))
    .description('take tiles (or a phantom) through all layers into the graph, then serve')
    .option('--input <dir>', 'your own tiles: numbered sections or a tile manifest; without it a phantom')
    .option('--voxel-nm <z,y,x>', 'voxel size of the input, nm', parseVoxelNm)
    .option('--name <name>', 'name of the dataset', requireDatasetName, 'phantom')
    .addOption(variantOption())
    .option('--seed <n>', 'seed of the phantom', parseSeed)
    .option('--tiny', 'a small phantom, for tests')
    .option('--set <group.name=value>', 'a parameter of the run; may be repeated', collect, [])
    .option('--workers <n>', 'worker processes', parseWorkers, 1)
    .option('--once', 'end after the table, and stop the servers if they were started for it')
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const startedMs = performance.now();
  const { input, voxelNm, name, once = false, json = false, workers } = options;
  // What can be refused is refused before a server is started.
  const parameters = runParametersFrom(options.set);
  if (input !== undefined) refusePhantomOptions(options);
  const display = displayFor(json);
  const given = input === undefined ? undefined : await inputSources(input, voxelNm, name);
  await withServers(display.note, once, async (session) => {
    const sources = given ?? (await phantomSources(stateFolder(), name, options, display.note));
    const dataset = await registerSources(session, sources);
    const run = await runDataset(session, { dataset, parameters, workers }, display);
    const truth = await truthOf(session, run, display.note);
    const summary = await summarise(session, run, truth, startedMs);
    if (!json) console.log(`\n${summaryTable(summary)}\n`);
    if (!once) return serveAfter(session, summary, json);
    if (json) console.log(JSON.stringify(summary));
  });
}

/** Serves until Ctrl-C; with `json` the summary and the addresses are one line. */
async function serveAfter(session: Session, summary: RunSummary, json: boolean): Promise<void> {
  await interruptible(session.home, async (signal) => {
    const api = await startApi(session);
    const serving = await servedAddresses(session, api.url);
    console.log(json ? JSON.stringify({ ...summary, serving }) : addressLines(serving).join('\n'));
    if (!json) console.log('Ctrl-C ends serving; npx stratome stop also stops the servers.');
    await serveUntilInterrupted(api, signal);
  });
}
