import { queries, type Graph } from '@stratome/connectome';
import type { Box } from '@stratome/core';
import type { LineageDifference } from '@stratome/diagnostics';

type Row = queries.LineageOfBoxRow;

const corner = ([z, y, x]: readonly number[]) => ({ z, y, x });

const rowsIn = (graph: Graph, dataset: string, { begin, end }: Box): Promise<Row[]> =>
  graph.run(queries.lineageOfBox, { dataset, low: corner(begin), high: corner(end) });

/** The fields that decide a result; inputs and outputs differ between any two boxes and say nothing. */
const fields = {
  code: (row: Row) => `${row.codeRevision}${row.codeDirty ? '+' : ''}`,
  model: (row: Row) => row.modelHash,
  parameters: (row: Row) => row.parametersHash,
  environment: (row: Row) => row.environmentHash,
} as const;

/** Values of a field by stage, in order and without repetition. */
function valuesOf(rows: readonly Row[], field: (row: Row) => string): Map<string, string> {
  const byStage = new Map<string, Set<string>>();
  for (const row of rows) byStage.set(row.stage, (byStage.get(row.stage) ?? new Set()).add(field(row)));
  return new Map([...byStage].map(([stage, values]) => [stage, [...values].sort().join(' ')]));
}

/** Where the stage runs behind two boxes differ: another model, other parameters, code or environment. */
export async function lineageDifferences(
  graph: Graph,
  dataset: string,
  region: Box,
  reference: Box,
): Promise<LineageDifference[]> {
  const [here, there] = await Promise.all([
    rowsIn(graph, dataset, region),
    rowsIn(graph, dataset, reference),
  ]);
  return Object.entries(fields).flatMap(([field, value]) => {
    const [own, other] = [valuesOf(here, value), valuesOf(there, value)];
    return [...own].flatMap(([stage, text]) => {
      const against = other.get(stage);
      return against === undefined || against === text
        ? []
        : [{ stage, field: field as keyof typeof fields, region: text, reference: against }];
    });
  });
}
