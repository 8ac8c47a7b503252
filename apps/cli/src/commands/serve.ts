import type { Command } from 'commander';
import { runs } from '../action.js';
import { addressLines, servedAddresses } from '../serving/addresses.js';
import { serveUntilInterrupted, startApi } from '../serving/serve.js';
import { withServers } from '../session.js';

export function defineServe(command: Command): Command {
  return runs(command, async (_args, _options, { note }) =>
    withServers(note, false, async (session) => {
      const api = await startApi(session);
      const served = await servedAddresses(session, api.url);
      return {
        json: served,
        text: addressLines(served).join('\n'),
        afterwards: () => serveUntilInterrupted(session.home, api),
      };
    }),
  );
}
