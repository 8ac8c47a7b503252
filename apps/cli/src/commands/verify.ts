import type { Command } from 'commander';
import { runs, type Outcome } from '../action.js';
import { differingLines, equalLine, verificationJson } from '../display/verification.js';
import { verifyDataset } from '../lineage/verify-dataset.js';
import { tidy } from '../run/tidy.js';
import { withRunningServers } from '../session.js';

export function defineVerify(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .addHelpText('after', '\nExit code 6 when anything differs; --json names what lies above and below it.');
  return runs(command, ([dataset], _options, console) =>
    withRunningServers(async (session): Promise<Outcome> => {
      await tidy(session, dataset, console);
      const found = await verifyDataset(session, dataset, console);
      const equal = found.wrong.length === 0;
      return {
        json: { dataset, ...verificationJson(found) },
        text: equal
          ? equalLine(dataset, found)
          : [
              `"${dataset}" differs from its lineage in ${found.wrong.length} places:`,
              ...differingLines(found),
              `npx stratome repair ${dataset} makes anew what is missing or altered.`,
            ].join('\n'),
        exitCode: equal ? 0 : 6,
      };
    }),
  );
}
