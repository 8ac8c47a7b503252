import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { queries, readOnly, type Query as Statement } from '@stratome/connectome';
import { badInput } from '@stratome/core';
import { GraphReader } from './graph-reader.js';
import { jsonObject, plainJson } from './json.js';
import { CypherResult, CypherStatement } from './types/cypher.js';

const timeLimitMs = 10_000;
const mostRowsOfCypher = 10_000;

const statements = (queries.allQueries as readonly Statement<never, object>[]).filter(
  ({ mode }) => mode === 'read',
);

function parametersFrom(json: string): Record<string, unknown> {
  const whole = (value: unknown) => (Number.isSafeInteger(value) ? BigInt(value as number) : value);
  return Object.fromEntries(Object.entries(jsonObject(json)).map(([name, value]) => [name, whole(value)]));
}

@Resolver()
export class CypherResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => [CypherStatement], { complexity: 20, description: 'The Cypher behind this API, by name.' })
  cypherStatements(
    @Args('names', { type: () => [String], nullable: true, description: 'All when left out.' })
    names?: string[],
  ): CypherStatement[] {
    return statements
      .filter(({ name }) => !names || names.includes(name))
      .map(({ name, summary, text, params }) => ({ name, summary, text, parameters: Object.keys(params) }));
  }

  @Query(() => CypherResult, {
    complexity: 1000,
    description: 'Runs a Cypher query of your own, reading only, within a time limit.',
  })
  async cypher(
    @Args('statement') statement: string,
    @Args('parametersJson', {
      defaultValue: '{}',
      description: 'A JSON object; whole numbers become integers.',
    })
    parametersJson: string,
    @Args('rowLimit', { type: () => Int, defaultValue: 1000, description: `At most ${mostRowsOfCypher}.` })
    rowLimit: number,
  ): Promise<CypherResult> {
    if (!(rowLimit >= 1 && rowLimit <= mostRowsOfCypher)) {
      throw badInput(`rowLimit is ${rowLimit}.`, `Ask for 1 to ${mostRowsOfCypher} rows.`);
    }
    const parameters = parametersFrom(parametersJson);
    const startedMs = performance.now();
    const limits = { timeoutMs: timeLimitMs, maxRows: rowLimit };
    const { columns, rows, truncated } = await readOnly(this.reader.graph, statement, parameters, limits);
    const tookMs = performance.now() - startedMs;
    const dataset = typeof parameters.dataset === 'string' ? parameters.dataset : null;
    return {
      dataset,
      columns,
      rowsJson: JSON.stringify(rows, plainJson),
      truncated,
      tookMs,
      rowLimit,
      timeLimitMs,
    };
  }
}
