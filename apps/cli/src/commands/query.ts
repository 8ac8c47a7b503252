import { badInput, notFound } from '@stratome/core';
import { openGraph, queries, readOnly } from '@stratome/connectome';
import { serviceAddresses } from '@stratome/services';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { collect, parsePairs, parseWhole, withJson } from '../options.js';
import { looseValue, queryParameters } from '../query-parameters.js';

interface QueryOptions {
  param: string[];
  cypher?: string;
  limit: number;
  json?: boolean;
}

const timeoutMs = 30_000;

/** JSON with ids as strings: JSON's own numbers are not exact above 2^53. */
const idsAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

const cell = (value: unknown) =>
  value === null || typeof value === 'object' ? JSON.stringify(value, idsAsText) : String(value);

function print(columns: readonly string[], rows: readonly (readonly unknown[])[]): void {
  const table = new Table({ head: [...columns], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => row.map(cell)));
  console.log(rows.length === 0 ? 'No rows.' : table.toString());
}

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

async function runNamed(name: string, given: ReadonlyMap<string, string>, json: boolean): Promise<void> {
  const query = requireQuery(name);
  const params = queryParameters(query, given);
  const rows = (await inGraph((graph) => graph.run(query, params as never))) as Record<string, unknown>[];
  if (json) return console.log(JSON.stringify({ query: name, rows }, idsAsText));
  const columns = Object.keys(query.returns);
  print(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}

async function runOwn(
  cypher: string,
  given: ReadonlyMap<string, string>,
  maxRows: number,
  json: boolean,
): Promise<void> {
  const params = Object.fromEntries([...given].map(([name, text]) => [name, looseValue(text)]));
  const result = await inGraph((graph) => readOnly(graph, cypher, params, { timeoutMs, maxRows }));
  if (json) return console.log(JSON.stringify(result, idsAsText));
  print(result.columns, result.rows);
  if (result.truncated) console.log(`There are more rows; --limit ${maxRows} ended the list.`);
}

export function registerQuery(program: Command): void {
  withJson(program.command('query'))
    .description('ask the graph: a query by name, or your own Cypher (read only)')
    .argument('[name]', 'one of the queries in cypher/README.md')
    .option('--param <name=value>', 'a parameter; may be repeated', collect, [])
    .option('--cypher <statement>', 'your own statement instead of a name')
    .option('--limit <n>', 'rows of your own statement', (n) => parseWhole(n, '--limit', 1, 1_000_000), 1000)
    .action(async (name: string | undefined, { param, cypher, limit, json = false }: QueryOptions) => {
      if ((name === undefined) === (cypher === undefined)) {
        throw badInput('Give either the name of a query or --cypher.', 'cypher/README.md lists the queries.');
      }
      const given = parsePairs(param);
      await (cypher === undefined ? runNamed(name!, given, json) : runOwn(cypher, given, limit, json));
    });
}
