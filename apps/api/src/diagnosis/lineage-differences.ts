import { queries, type Graph } from '@stratome/connectome';
import { formatBox, type Box } from '@stratome/core';
import type { LineageDifference, LineageRegion } from '@stratome/diagnostics';

/** What a stage run was made with. */
type Row = Pick<
  queries.LineageOfBoxRow,
  'stage' | 'codeRevision' | 'codeDirty' | 'modelHash' | 'parametersHash' | 'environmentHash'
>;

const corner = ([z, y, x]: readonly number[]) => ({ z, y, x });

const rowsIn = (
  graph: Graph,
  dataset: string,
  { begin, end }: Box,
): Promise<readonly queries.LineageOfBoxRow[]> =>
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

type Extent = queries.LineageExtentsRow;

const boxOf = (extents: readonly Extent[]): Box => {
  const corner = (pick: (...values: number[]) => number, of: 'low' | 'high') =>
    (['z', 'y', 'x'] as const).map((axis) => pick(...extents.map((e) => e[of][axis] ?? 0)));
  const [z, y, x] = corner(Math.min, 'low');
  const [toZ, toY, toX] = corner(Math.max, 'high');
  return { begin: [z, y, x], end: [toZ, toY, toX] };
};

const artifactsOf = (extents: readonly Extent[]): number =>
  extents.reduce((sum, { artifacts }) => sum + Number(artifacts), 0);

/** The extents of a stage by the value of a field, that of most artefacts first. */
function byValue(extents: readonly Extent[], value: (row: Row) => string): [string, readonly Extent[]][] {
  const groups = new Map<string, Extent[]>();
  for (const extent of extents) groups.set(value(extent), [...(groups.get(value(extent)) ?? []), extent]);
  return [...groups].sort(
    ([a, one], [b, other]) => artifactsOf(other) - artifactsOf(one) || (a < b ? -1 : 1),
  );
}

/**
 * Where the stages of a volume ran in another way than for most of it: with another model, other parameters, code or
 * environment. One region a box, with all that differs there.
 */
export async function lineageRegions(
  graph: Graph,
  dataset: string,
  revision: bigint,
): Promise<LineageRegion[]> {
  const extents = await graph.run(queries.lineageExtents, { dataset, revision });
  const regions = new Map<string, { region: Box; differences: LineageDifference[] }>();
  for (const stage of new Set(extents.map((row) => row.stage)))
    for (const [field, value] of Object.entries(fields)) {
      const [usual, ...others] = byValue(
        extents.filter((row) => row.stage === stage),
        value,
      );
      for (const [text, there] of others) {
        const region = boxOf(there);
        const known = regions.get(formatBox(region)) ?? { region, differences: [] };
        known.differences.push({
          stage,
          field: field as keyof typeof fields,
          region: text,
          reference: usual[0],
        });
        regions.set(formatBox(region), known);
      }
    }
  return [...regions.values()];
}
