import { badInput } from '@stratome/core';
import neo4j, { type Plan, type Session } from 'neo4j-driver';
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

/** A driver value in plain form. Points become `{srid, x, y, z}`, times ISO text, nodes and relationships objects. */
export function plainValue(value: unknown): PlainValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value as PlainValue;
  if (Array.isArray(value)) return value.map(plainValue);
  if (neo4j.isPoint(value)) {
    const { srid, x, y, z } = value;
    return { srid: Number(srid), x, y, ...(z === undefined ? {} : { z }) };
  }
  if (neo4j.isNode(value)) return { labels: [...value.labels], properties: fieldsOf(value.properties) };
  if (neo4j.isRelationship(value)) return { type: value.type, properties: fieldsOf(value.properties) };
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

function operators(plan: Plan | false): string[] {
  if (!plan) return [];
  return [plan.operatorType, ...plan.children.flatMap(operators)];
}

/** LOAD CSV reads files and addresses on the server's side, which the READ access mode permits; the plan names it. */
async function refuseFileReading(session: Session, cypher: string, params: object): Promise<void> {
  const { summary } = await session.run(`EXPLAIN ${cypher}`, params);
  if (!operators(summary.plan).some((name) => name.startsWith('LoadCSV'))) return;
  throw badInput('The query reads a file with LOAD CSV.', 'Ask for what is in the graph.');
}

/**
 * Runs a user's own Cypher. The server itself refuses writes (READ access mode) and stops the transaction at its
 * time limit; rows beyond `maxRows` are not fetched.
 *
 * @throws StratomeError badInput when the query is malformed, writes, or takes too long
 */
export async function readOnly(
  graph: Graph,
  cypher: string,
  params: Readonly<Record<string, unknown>>,
  limits: ReadOnlyLimits,
): Promise<ReadOnlyResult> {
  return graph.inSession(neo4j.session.READ, async (session) => {
    await refuseFileReading(session, cypher, params);
    const transaction = await session.beginTransaction({ timeout: limits.timeoutMs });
    try {
      const result = transaction.run(cypher, params);
      const columns = (await result.keys()).map(String);
      const rows: PlainValue[][] = [];
      let truncated = false;
      for await (const record of result) {
        if (rows.length === limits.maxRows) {
          truncated = true;
          break;
        }
        rows.push(columns.map((column) => plainValue(record.get(column))));
      }
      return { columns, rows, truncated };
    } finally {
      await transaction.close();
    }
  });
}
