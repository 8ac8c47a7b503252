import { compareRevisions, volumeDifferences } from '@stratome/revisions';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { differenceLines, differencesJson } from '../display/differences.js';
import { wholeNumber } from '../options.js';
import { withRunningServers } from '../session.js';

interface DiffOptions {
  limit: number;
}

export function defineDiff(command: Command): Command {
  const revision = wholeNumber('revision', 1);
  command
    .argument('<dataset>', 'name of the dataset')
    .argument('<from>', 'a revision', revision)
    .argument('<to>', 'another one', revision)
    .option('--limit <rows>', 'most rows of each list', wholeNumber('number of rows', 0, 1_000_000), 100);
  return runs<DiffOptions>(command, async (args, { limit }, { note }) => {
    const [dataset, from, to] = args as unknown as [string, number, number];
    return withRunningServers(async ({ db, graph, store }) => {
      const comparison = await compareRevisions(db, graph, dataset, from, to, limit);
      let done = 0;
      const tell = () => {
        if (++done % 500 === 0) note(`${done} chunks compared`);
      };
      const ends = [Math.min(from, to), Math.max(from, to)] as const;
      const volumes = await volumeDifferences(db, store, dataset, ...ends, tell);
      const { artifacts } = comparison;
      const title = `"${dataset}", revision ${from} → ${to}`;
      return {
        json: { dataset, from, to, ...differencesJson(comparison, volumes), artifacts },
        text: [title, ...differenceLines(comparison, volumes)].join('\n'),
      };
    });
  });
}
