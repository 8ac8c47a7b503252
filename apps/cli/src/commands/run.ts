import { badInput } from '@stratome/core';
import { requireDataset } from '@stratome/operations';
import { parameterGroups, runParametersFrom } from '@stratome/reconstruction-worker';
import type { Command } from 'commander';
import { runs, type Outcome } from '../action.js';
import { summaryTable } from '../display/summary-table.js';
import { regionsOption, setOption, workersOption } from '../options.js';
import { withRegionsFrom } from '../run/regions.js';
import { runDataset } from '../run/run-dataset.js';
import { summarise } from '../run/summary.js';
import { truthOf } from '../run/truth.js';
import { withServers } from '../session.js';

interface RunOptions {
  set: string[];
  regions?: string;
  workers: number;
  parameters?: true;
}

/** Every parameter of a run with its default and what it means. */
function listParameters(): Outcome {
  const defaults = runParametersFrom([]) as unknown as Record<string, Record<string, unknown>>;
  const parameters = Object.entries(parameterGroups.shape).flatMap(([group, schema]) => {
    const fields = schema.unwrap().shape as Record<string, { description?: string }>;
    return Object.entries(fields).map(([name, { description = '' }]) => ({
      parameter: `${group}.${name}`,
      default: defaults[group][name],
      description,
    }));
  });
  const lines = parameters.map((p) => `${p.parameter}=${JSON.stringify(p.default)}  ${p.description}`);
  return { json: parameters, text: lines.join('\n') };
}

export function defineRun(command: Command): Command {
  command
    .argument('[dataset]', 'name of the dataset')
    .addOption(setOption())
    .addOption(regionsOption())
    .addOption(workersOption().default(1))
    .option('--parameters', 'list the parameters instead');
  return runs<RunOptions>(command, async ([name], options, console) => {
    if (options.parameters) return listParameters();
    if (!name) throw badInput('No dataset is named.', 'Write npx stratome run DATASET.');
    const startedMs = performance.now();
    const parameters = await withRegionsFrom(options.regions, runParametersFrom(options.set));
    return withServers(console.note, false, async (session) => {
      const dataset = await requireDataset(session.db, name);
      const run = await runDataset(session, { dataset, parameters, workers: options.workers }, console);
      const summary = await summarise(session, run, await truthOf(session, run, console), startedMs);
      return { json: summary, text: summaryTable(summary) };
    });
  });
}
