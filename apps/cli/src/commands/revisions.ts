import { requireDataset } from '@stratome/operations';
import { reconcile, revisionHistory, type RevisionRecord } from '@stratome/revisions';
import { isStratomeError } from '@stratome/core';
import type { Command } from 'commander';
import { runs, type Console } from '../action.js';
import { withRunningServers, type Session } from '../session.js';
import { renderTable } from '../table.js';

/** What a person asks of a list of revisions first: how many things each added, changed and took away. */
function changesOf({ changes }: RevisionRecord): string {
  if (!changes) return '';
  const named = (['neurons', 'synapses', 'connections'] as const).flatMap((kind) => {
    const { added, changed, removed } = changes[kind];
    return added + changed + removed === 0 ? [] : [`${kind} +${added} ~${changed} -${removed}`];
  });
  return named.join(', ') || 'nothing in the graph';
}

const artifactsOf = ({ artifacts }: RevisionRecord): number =>
  artifacts.reduce((sum, { gained, lost, changed }) => sum + gained + lost + changed, 0);

function describe(records: readonly RevisionRecord[]): string {
  const columns = ['', 'Revision', 'Made by', 'On', 'When', 'Author', 'Graph', 'Artefacts', 'Note'].map(
    (title) => ({
      title,
    }),
  );
  const rows = records.map((record) => [
    record.head ? '*' : '',
    record.revision,
    record.restores === null ? record.kind : `${record.kind} to ${record.restores}`,
    record.parent,
    record.committedAt.toISOString().slice(0, 19).replace('T', ' '),
    record.author,
    changesOf(record),
    artifactsOf(record),
    record.note ?? '',
  ]);
  return renderTable(columns, rows);
}

/** Tidies up after a process that was killed, unless somebody is at work. */
async function tidy({ db, graph }: Session, dataset: string, { note }: Console): Promise<void> {
  try {
    const found = await reconcile(db, graph, dataset);
    if (found === 'completed') note('The last revision was complete and is marked so now.');
    if (found === 'dropped') note('A revision that came to no end was dropped.');
  } catch (error) {
    if (isStratomeError(error) && error.kind === 'conflict') note(error.message);
    else throw error;
  }
}

export function defineRevisions(command: Command): Command {
  command.argument('<dataset>', 'name of the dataset');
  return runs(command, async ([dataset], _, console) =>
    withRunningServers(async (session) => {
      await requireDataset(session.db, dataset);
      await tidy(session, dataset, console);
      const revisions = await revisionHistory(session.db, session.graph, dataset);
      return { json: { dataset, revisions }, text: describe(revisions) };
    }),
  );
}
