import type { Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { withJson } from '../options.js';
import { interruptible } from '../processes/interruption.js';
import { addressLines, servedAddresses } from '../serving/addresses.js';
import { serveUntilInterrupted, startApi } from '../serving/serve.js';
import { withServers } from '../session.js';

export function registerServe(program: Command): void {
  withJson(program.command('serve'))
    .description('serve GraphQL, volumes and the start page until Ctrl-C')
    .action(async ({ json = false }: { json?: boolean }) => {
      await withServers(displayFor(json).note, false, (session) =>
        interruptible(session.home, async (signal) => {
          const api = await startApi(session);
          const served = await servedAddresses(session, api.url);
          console.log(json ? JSON.stringify(served) : addressLines(served).join('\n'));
          await serveUntilInterrupted(api, signal);
        }),
      );
    });
}
