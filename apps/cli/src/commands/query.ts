import { badInput, notFound } from '@stratome/core';
import {
  flagMaskParameters,
  looseValue,
  openGraph,
  queries,
  queryParameters,
  readOnly,
} from '@stratome/connectome';
import { serviceAddresses } from '@stratome/services';
import { Option, type Command } from 'commander';
import { runs, type Outcome } from '../action.js';
import { maskFlaggedOption, paramOption, parsePairs, wholeNumber } from '../options.js';
import { plainJson, rowsTable } from '../rows-table.js';

interface QueryOptions {
  param: string[];
  cypher?: string;
  limit: number;
  maskFlagged?: string;
}

const timeoutMs = 30_000;

async function inGraph<T>(work: (graph: Awaited<ReturnType<typeof openGraph>>) => Promise<T>): Promise<T> {
  const { uri, user, password } = (await serviceAddresses()).neo4j;
  const graph = await openGraph({ uri, user, password });
  try {
    return await work(graph);
  } finally {
    await graph.close();
  }
}

function requireQuery(name: string) {
  const readable = queries.allQueries.filter(({ mode }) => mode === 'read');
  const query = readable.find((candidate) => candidate.name === name);
  if (query) return query;
  throw notFound(
    `There is no query "${name}".`,
    `Queries: ${readable.map((candidate) => candidate.name).join(', ')}.`,
  );
}

async function runNamed(name: string, given: ReadonlyMap<string, string>, mask?: string): Promise<Outcome> {
  const query = requireQuery(name);
  const asked = queryParameters(query, given);
  const rows = (await inGraph(async (graph) => {
    const params = mask === undefined ? asked : await flagMaskParameters(graph, query, asked, mask);
    return graph.run(query, params as never);
  })) as Record<string, unknown>[];
  const columns = Object.keys(query.returns);
  const cells = rows.map((row) => columns.map((column) => row[column]));
  return { json: plainJson({ query: name, rows }), text: rowsTable(columns, cells) };
}

async function runOwn(cypher: string, given: ReadonlyMap<string, string>, maxRows: number): Promise<Outcome> {
  const params = Object.fromEntries([...given].map(([name, text]) => [name, looseValue(text)]));
  const result = await inGraph((graph) => readOnly(graph, cypher, params, { timeoutMs, maxRows }));
  const more = result.truncated ? [`There are more rows; --limit ${maxRows} ended the list.`] : [];
  return { json: plainJson(result), text: [rowsTable(result.columns, result.rows), ...more].join('\n') };
}

export function defineQuery(command: Command): Command {
  command
    .argument('[name]', 'one of the queries in cypher/README.md')
    .addOption(paramOption())
    .option('--cypher <statement>', 'your own statement instead of a name')
    .addOption(maskFlaggedOption())
    .addOption(
      new Option('--limit <rows>', 'rows of your own statement')
        .argParser(wholeNumber('number of rows', 1, 1_000_000))
        .default(1000),
    );
  return runs<QueryOptions>(command, async ([name], { param, cypher, limit, maskFlagged }) => {
    if ((name === undefined) === (cypher === undefined)) {
      throw badInput('Give either the name of a query or --cypher.', 'cypher/README.md lists the queries.');
    }
    if (cypher !== undefined && maskFlagged !== undefined)
      throw badInput('--mask-flagged is for queries by name.', 'Leave it out, or name a query.');
    const given = parsePairs(param);
    return cypher === undefined ? runNamed(name, given, maskFlagged) : runOwn(cypher, given, limit);
  });
}
