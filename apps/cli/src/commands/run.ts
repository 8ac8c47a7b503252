import { requireDataset } from '@stratome/operations';
import { runParametersFrom, runParametersSchema } from '@stratome/reconstruction-worker';
import { badInput } from '@stratome/core';
import type { Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { summaryTable } from '../display/summary-table.js';
import { collect, parseWorkers, withJson } from '../options.js';
import { runDataset } from '../run/run-dataset.js';
import { summarise } from '../run/summary.js';
import { truthOf } from '../run/truth.js';
import { withServers } from '../session.js';

interface RunOptions {
  set: string[];
  workers: number;
  parameters?: boolean;
  json?: boolean;
}

interface ParameterFacts {
  readonly parameter: string;
  readonly default: unknown;
  readonly description: string;
}

/** Every parameter of a run with its default and what it means. */
function listParameters(): ParameterFacts[] {
  const defaults = runParametersFrom([]) as unknown as Record<string, Record<string, unknown>>;
  return Object.entries(runParametersSchema.shape).flatMap(([group, schema]) => {
    const fields = schema.unwrap().shape as Record<string, { description?: string }>;
    return Object.entries(fields).map(([name, field]) => ({
      parameter: `${group}.${name}`,
      default: defaults[group][name],
      description: field.description ?? '',
    }));
  });
}

export function registerRun(program: Command): void {
  withJson(program.command('run'))
    .description('take a dataset that is known through all layers again, with other parameters')
    .argument('[dataset]', 'name of the dataset')
    .option('--set <group.name=value>', 'a parameter of the run; may be repeated', collect, [])
    .option('--workers <n>', 'worker processes', parseWorkers, 1)
    .option('--parameters', 'list the parameters instead')
    .action(async (name: string | undefined, options: RunOptions) => {
      const { json = false, workers } = options;
      if (options.parameters) return printParameters(json);
      if (!name) throw badInput('No dataset is named.', 'Write npx stratome run DATASET.');
      const startedMs = performance.now();
      const parameters = runParametersFrom(options.set);
      const display = displayFor(json);
      await withServers(display.note, false, async (session) => {
        const dataset = await requireDataset(session.db, name);
        const run = await runDataset(session, { dataset, parameters, workers }, display);
        const truth = await truthOf(session, run, display.note);
        const summary = await summarise(session, run, truth, startedMs);
        console.log(json ? JSON.stringify(summary) : `\n${summaryTable(summary)}`);
      });
    });
}

function printParameters(json: boolean): void {
  const parameters = listParameters();
  if (json) return console.log(JSON.stringify(parameters));
  for (const { parameter, default: value, description } of parameters) {
    console.log(`${parameter}=${JSON.stringify(value)}  ${description}`);
  }
}
