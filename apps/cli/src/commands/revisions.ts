import { requireDataset } from '@stratome/operations';
import { revisionHistory, type RevisionRecord } from '@stratome/revisions';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { tidy } from '../run/tidy.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';

/** What a person asks of a list of revisions first: how many things each added, changed and took away. */
function changesOf({ changes }: RevisionRecord): string {
  if (!changes) return '';
  // The rows of neurons are those of all segments, whichever of them are neurons.
  const kinds = { neurons: 'segments', synapses: 'synapses', connections: 'connections' } as const;
  const named = Object.entries(kinds).flatMap(([kind, name]) => {
    const { added, changed, removed } = changes[kind as keyof typeof kinds];
    return added + changed + removed === 0 ? [] : [`${name} +${added} ~${changed} -${removed}`];
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
