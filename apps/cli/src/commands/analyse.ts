import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { analyseDataset } from '@stratome/api';
import {
  analyses,
  analysisNames,
  describeParameters,
  readResultRows,
  requireAnalysisName,
} from '@stratome/connectome';
import { badInput } from '@stratome/core';
import { analysisTable, type AnalysisProgress } from '@stratome/operations';
import { Option, type Command } from 'commander';
import { runs, type Console, type Outcome } from '../action.js';
import { paramOption, parsePairs, wholeNumber } from '../options.js';
import { plainJson, rowsTable } from '../rows-table.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';

interface AnalyseOptions {
  param: string[];
  limit: number;
  out?: string;
}

const kinds = () => analysisNames.map((name) => ({ name, summary: analyses[name].summary }));

/** What there is to ask for, or the parameters of one analysis. */
function listing(name: string | undefined): Outcome {
  if (name === undefined) {
    const columns = [{ title: 'Analysis' }, { title: 'What it finds' }];
    return {
      json: { analyses: kinds() },
      text: renderTable(
        columns,
        kinds().map(({ name: title, summary }) => [title, summary]),
      ),
    };
  }
  const parameters = describeParameters(requireAnalysisName(name));
  const columns = [{ title: 'Parameter' }, { title: 'Meaning' }];
  return {
    json: { analysis: name, parameters },
    text: renderTable(
      columns,
      parameters.map(({ name: title, description }) => [title, description]),
    ),
  };
}

function shown({ progress }: Console, name: string) {
  return ({ phase, done, total }: AnalysisProgress) => {
    // Connections are counted as they come; how many there are is known at the end.
    if (total > 0) progress.update({ stage: phase, done, total, unit: 'steps' });
    else if (done > 0) progress.update({ stage: phase, done, total: done + 1, unit: 'connections' });
    else progress.update({ stage: name, done: 0, total: 1 });
  };
}

async function analyse(
  name: string,
  dataset: string,
  { param, limit, out }: AnalyseOptions,
  console: Console,
): Promise<Outcome> {
  const parameters = Object.fromEntries(parsePairs(param));
  const path = out === undefined ? undefined : resolve(out);
  if (path !== undefined && !path.endsWith('.arrow'))
    throw badInput(`"${out}" is no Arrow file.`, 'Let its name end in .arrow.');
  return withRunningServers(async ({ graph, db, store, settings }) => {
    const connections = { graph, db, store, scoreMatrixPath: settings.STRATOME_NBLAST_MATRIX };
    const asked = { dataset, name, parameters };
    const { analysis, reused } = await analyseDataset(connections, asked, shown(console, name));
    const bytes = await analysisTable(db, analysis.id);
    if (path !== undefined) await writeFile(path, bytes);
    const { columns, rows, rowCount } = readResultRows(bytes, 0, limit);
    const { id, revision, summary } = analysis;
    const facts = Object.entries(summary ?? {}).map(([key, value]) => `${key} ${String(value)}`);
    const more =
      rowCount > rows.length ? [`${rowCount - rows.length} rows more; --out writes them all.`] : [];
    const head = `${name} of ${dataset} at revision ${revision}${reused ? ' (kept from before)' : ''}`;
    return {
      json: plainJson({
        analysisId: id,
        dataset,
        revision,
        name,
        parameters: analysis.parameters,
        reused,
        summary,
        columns,
        rowCount,
        rows,
      }),
      text: [head, facts.join(', '), rowsTable(columns, rows), ...more].join('\n'),
    };
  });
}

export function defineAnalyse(command: Command): Command {
  command
    .argument('[name]', 'the analysis; without one they are listed')
    .argument('[dataset]', 'the dataset; without one the parameters of the analysis are listed')
    .addOption(paramOption())
    .addOption(
      new Option('--limit <rows>', 'rows to print')
        .argParser(wholeNumber('number of rows', 0, 1_000_000))
        .default(20),
    )
    .option('--out <file>', 'writes the whole table, an Arrow stream');
  return runs<AnalyseOptions>(command, async ([name, dataset], options, console) =>
    dataset === undefined ? listing(name) : analyse(name, dataset, options, console),
  );
}
