import { Command } from 'commander';
import { runs } from '../action.js';
import { addressLines, servedAddresses } from '../serving/addresses.js';
import { serveUntilInterrupted, startApi } from '../serving/serve.js';
import { withServers } from '../session.js';

export function serveCommand(): Command {
  const command = new Command('serve').description('serve GraphQL and volumes until Ctrl-C');
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
