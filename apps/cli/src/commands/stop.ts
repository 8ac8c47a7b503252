import { stateFolder, stopServices } from '@stratome/services';
import type { Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { withJson } from '../options.js';
import { stopRecorded } from '../processes/ledger.js';

export function registerStop(program: Command): void {
  withJson(program.command('stop'))
    .description('stop runs, the API and the servers; data stay')
    .action(async ({ json = false }: { json?: boolean }) => {
      const processes = await stopRecorded(stateFolder());
      const servers = await stopServices({ onProgress: displayFor(json).note });
      if (json) return console.log(JSON.stringify({ processes, servers }));
      if (processes.length + servers.length === 0) console.log('Nothing was running.');
      else console.log(`Stopped ${[...processes.map(({ role }) => role), ...servers].join(', ')}.`);
    });
}
