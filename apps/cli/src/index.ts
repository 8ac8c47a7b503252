import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { registerPhantom } from './commands/phantom.js';
import { registerQuery } from './commands/query.js';
import { registerReset } from './commands/reset.js';
import { registerRun } from './commands/run.js';
import { registerServe } from './commands/serve.js';
import { registerServices } from './commands/services.js';
import { registerStart } from './commands/start.js';
import { registerStatus } from './commands/status.js';
import { registerStop } from './commands/stop.js';
import { reportFailure } from './failure.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The commands, in the order in which --help lists them. */
const registrations = [
  registerStart,
  registerServices,
  registerPhantom,
  registerRun,
  registerStatus,
  registerQuery,
  registerServe,
  registerStop,
  registerReset,
];

function createProgram(): Command {
  const program = new Command('stratome')
    .description('From electron-microscopy images of brain tissue to a connectome that can answer for itself')
    .version(version)
    .exitOverride()
    // Errors are reported in one place, in our own form.
    .configureOutput({ outputError: () => {} });
  for (const register of registrations) register(program);
  return program;
}

/**
 * Runs the `stratome` command.
 *
 * @param argv arguments after the command's name
 * @returns the exit code; every error has been reported by then
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return reportFailure(error, argv.includes('--json'));
  }
}
