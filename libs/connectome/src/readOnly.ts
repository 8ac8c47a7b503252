import { badInput } from '@stratome/core';
import neo4j, { type Plan } from 'neo4j-driver';
import type { Graph } from './graph.js';

/** A value of a user's own query, in plain form: points, nodes, relationships and paths become objects. */
export type PlainValue =
  | null
  | string
  | number
  | bigint
  | boolean
  | PlainValue[]
  | { readonly [key: string]: PlainValue };

export interface ReadOnlyLimits {
  readonly timeoutMs: number;
  readonly maxRows: number;
}

export interface ReadOnlyResult {
  readonly columns: string[];
  readonly rows: PlainValue[][];
  /** True when there were more rows than `maxRows`. */
  readonly truncated: boolean;
}

function fieldsOf(properties: object): { [key: string]: PlainValue } {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plainValue(value)]));
}

/**
 * A driver value in plain form. Points become `{srid, x, y, z}`, times ISO text, nodes and relationships objects. Their
 * ids hold within one answer: they say which nodes a relationship joins.
 */
export function plainValue(value: unknown): PlainValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value as PlainValue;
  if (Array.isArray(value)) return value.map(plainValue);
  if (neo4j.isPoint(value)) {
    const { srid, x, y, z } = value;
    return { srid: Number(srid), x, y, ...(z === undefined ? {} : { z }) };
  }
  if (neo4j.isNode(value)) {
    const { elementId: id, labels, properties } = value;
    return { id, labels: [...labels], properties: fieldsOf(properties) };
  }
  if (neo4j.isRelationship(value)) {
    const { elementId: id, startNodeElementId: start, endNodeElementId: end, type, properties } = value;
    return { id, start, end, type, properties: fieldsOf(properties) };
  }
  if (neo4j.isPath(value)) {
    const nodes = [value.start, ...value.segments.map((segment) => segment.end)];
    return {
      nodes: nodes.map(plainValue),
      relationships: value.segments.map((s) => plainValue(s.relationship)),
    };
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return fieldsOf(value);
}

/** Procedures a user's own Cypher may call: they read names, and look words up in an index. */
export const readableProcedures: readonly string[] = [
  'db.labels',
  'db.relationshipTypes',
  'db.propertyKeys',
  'db.schema.nodeTypeProperties',
  'db.schema.relTypeProperties',
  'db.schema.visualization',
  'db.index.fulltext.queryNodes',
  'db.index.fulltext.queryRelationships',
];

function operatorsOf(plan: Plan | false): { name: string; details: string }[] {
  if (!plan) return [];
  const here = { name: plan.operatorType.split('@')[0], details: String(plan.arguments.Details ?? '') };
  return [here, ...plan.children.flatMap(operatorsOf)];
}

/**
 * Refuses what the READ access mode permits and a reader has no business with: files and addresses on the server's
 * side (LOAD CSV), accounts, settings and other people's transactions, and procedures that are not listed. The
 * server's plan says what a statement does; its text is not judged.
 */
function refuseByPlan(plan: Plan | false, procedures: readonly string[]): void {
  for (const { name, details } of operatorsOf(plan)) {
    if (name.startsWith('LoadCSV'))
      throw badInput('The query reads a file with LOAD CSV.', 'Ask for what is in the graph.');
    if (/^(AdministrationCommand|Terminate|ShowTransactions|ShowSettings)/.test(name))
      throw badInput('The query is for administrators.', 'Ask for what is in the graph.');
    const called = name === 'ProcedureCall' ? /^[\w.]+/.exec(details)?.[0] : undefined;
    if (called !== undefined && !procedures.includes(called))
      throw badInput(`The procedure ${called} may not be called.`, `Allowed: ${procedures.join(', ')}.`);
  }
}

export interface ReadRequest {
  readonly cypher: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** Procedures that may be called; `readableProcedures` when left out. */
  readonly procedures?: readonly string[];
}

/**
 * Runs a user's own Cypher and hands its rows on one at a time, in the driver's values. The server itself refuses
 * writes (READ access mode) and stops the transaction at its time limit and at its memory limit.
 *
 * @param visit takes a row; false ends the reading
 * @returns the columns, also of an answer without rows
 * @throws StratomeError badInput when the query is malformed, writes, takes too long or needs too much memory
 */
export async function readRows(
  graph: Graph,
  { cypher, params = {}, timeoutMs, procedures = readableProcedures }: ReadRequest,
  visit: (row: unknown[]) => boolean | void,
): Promise<string[]> {
  return graph.inSession(neo4j.session.READ, async (session) => {
    const { summary } = await session.run(`EXPLAIN ${cypher}`, params);
    refuseByPlan(summary.plan, procedures);
    const transaction = await session.beginTransaction({ timeout: timeoutMs });
    try {
      const result = transaction.run(cypher, params);
      const columns = (await result.keys()).map(String);
      for await (const record of result) {
        if (visit(columns.map((column) => record.get(column))) === false) break;
      }
      return columns;
    } finally {
      await transaction.close();
    }
  });
}

/**
 * Runs a user's own Cypher as `readRows` does, and gathers the rows in plain form; those beyond `maxRows` are not
 * fetched.
 *
 * @throws StratomeError badInput when the query is malformed, writes, takes too long or needs too much memory
 */
export async function readOnly(
  graph: Graph,
  cypher: string,
  params: Readonly<Record<string, unknown>>,
  { timeoutMs, maxRows }: ReadOnlyLimits,
): Promise<ReadOnlyResult> {
  const rows: PlainValue[][] = [];
  let truncated = false;
  const columns = await readRows(graph, { cypher, params, timeoutMs }, (row) => {
    truncated = rows.length === maxRows;
    if (!truncated) rows.push(row.map(plainValue));
    return !truncated;
  });
  return { columns, rows, truncated };
}
