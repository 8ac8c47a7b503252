import type { Vec3 } from '@stratome/core';
import { requireDatasetName } from '@stratome/operations';
import type { Variant } from '@stratome/phantom';
import { runParametersFrom } from '@stratome/reconstruction-worker';
import type { Command } from 'commander';
import { runs, type Console, type Outcome } from '../action.js';
import { summaryTable } from '../display/summary-table.js';
import {
  regionsOption,
  seedOption,
  setOption,
  variantOption,
  voxelNmOption,
  workersOption,
} from '../options.js';
import { runDataset } from '../run/run-dataset.js';
import { withRegionsFrom } from '../run/regions.js';
import { inputSources, phantomSources, refusePhantomOptions, registerSources } from '../run/sources.js';
import { summarise } from '../run/summary.js';
import { truthOf } from '../run/truth.js';
import { addressLines, servedAddresses } from '../serving/addresses.js';
import { serveUntilInterrupted, startApi } from '../serving/serve.js';
import { withServers } from '../session.js';

interface StartOptions {
  input?: string;
  voxelNm?: Vec3;
  name: string;
  variant?: Variant;
  seed?: number;
  tiny?: true;
  set: string[];
  regions?: string;
  workers: number;
  once?: true;
}

export function defineStart(command: Command): Command {
  command
    .option('--input <dir>', 'your own tiles: numbered sections or a tile manifest; without it a phantom')
    .addOption(voxelNmOption())
    .option('--name <name>', 'name of the dataset', requireDatasetName, 'phantom')
    .addOption(variantOption())
    .addOption(seedOption())
    .option('--tiny', 'a small phantom, for tests')
    .addOption(setOption())
    .addOption(regionsOption())
    .addOption(workersOption().default(1))
    .option('--once', 'end after the table, and stop the servers if they were started for it');
  return runs<StartOptions>(command, (_args, options, console) => start(options, console));
}

async function start(options: StartOptions, console: Console): Promise<Outcome> {
  const startedMs = performance.now();
  const { input, voxelNm, name, once = false, workers } = options;
  // What can be refused is refused before a server is started.
  const parameters = await withRegionsFrom(options.regions, runParametersFrom(options.set));
  if (input !== undefined) refusePhantomOptions(options);
  const given = input === undefined ? undefined : await inputSources(input, voxelNm, name);
  return withServers(console.note, once, async (session) => {
    const sources = given ?? (await phantomSources(session.home, name, options, console));
    const dataset = await registerSources(session, sources);
    const run = await runDataset(session, { dataset, parameters, workers }, console);
    const truth = await truthOf(session, run, console);
    const summary = await summarise(session, run, truth, startedMs);
    const table = summaryTable(summary);
    if (once) return { json: summary, text: table };
    const api = await startApi(session);
    const serving = await servedAddresses(session, api.url);
    const ends = 'Ctrl-C ends serving; npx stratome stop also stops the servers.';
    return {
      json: { ...summary, serving },
      text: [table, '', ...addressLines(serving), ends].join('\n'),
      afterwards: () => serveUntilInterrupted(session.home, api),
    };
  });
}
