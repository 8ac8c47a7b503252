import { queries, type Graph } from '@stratome/connectome';
import { canonicalJson, formatBox, intersectBox, isEmpty, voxelsIn, type Box } from '@stratome/core';
import type { LineageDifference, LineageRegion } from '@stratome/diagnostics';
import { groupBy } from '../graphql/basis/cells-of-answers.js';

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

const fieldNames = Object.keys(fields) as (keyof typeof fields)[];

/** Values of a field by stage, in order and without repetition. */
function valuesOf(rows: readonly Row[], field: (row: Row) => string): Map<string, string> {
  const byStage = new Map<string, Set<string>>();
  for (const row of rows) byStage.set(row.stage, (byStage.get(row.stage) ?? new Set()).add(field(row)));
  return new Map([...byStage].map(([stage, values]) => [stage, [...values].sort().join(' ')]));
}

/** Whether a box holds half of another one and more. */
function holdsHalf(box: Box, other: Box): boolean {
  const common = intersectBox(box, other);
  return !isEmpty(common) && 2 * voxelsIn(common) >= voxelsIn(other);
}

/**
 * Where the stage runs behind two boxes differ: another model, other parameters, code or environment. Parameters that a
 * part of the volume has of its own are told by their values.
 */
export async function lineageDifferences(
  graph: Graph,
  dataset: string,
  revision: bigint,
  region: Box,
  reference: Box,
): Promise<LineageDifference[]> {
  const [here, there, regional] = await Promise.all([
    rowsIn(graph, dataset, region),
    rowsIn(graph, dataset, reference),
    regionalParameters(graph, dataset, revision),
  ]);
  const ofRuns = fieldNames.flatMap((field) => {
    const [own, other] = [valuesOf(here, fields[field]), valuesOf(there, fields[field])];
    return [...own].flatMap(([stage, text]) => {
      const against = other.get(stage);
      return against === undefined || against === text
        ? []
        : [{ stage, field, region: text, reference: against }];
    });
  });
  const ownOfRegion = regional
    .filter(({ region: box }) => holdsHalf(box, region) && !holdsHalf(box, reference))
    .flatMap(({ differences }) => differences);
  const isTold = ({ stage, field }: LineageDifference) =>
    ownOfRegion.some((own) => own.stage === stage && own.field === field);
  return [...ofRuns.filter((difference) => !isTold(difference)), ...ownOfRegion];
}

interface StageParameters {
  readonly [name: string]: unknown;
  readonly regions?: readonly { readonly box: Box; readonly set: Readonly<Record<string, unknown>> }[];
}

/**
 * Boxes in which a stage had parameters of their own. Not of stages that only compare with what another one was told: they
 * have no usual value of it.
 */
async function regionalParameters(graph: Graph, dataset: string, revision: bigint): Promise<LineageRegion[]> {
  const rows = await graph.run(queries.regionalParameters, { dataset, revision });
  return rows.flatMap(({ stage, parametersJson }) => {
    const { regions = [], ...usual } = JSON.parse(parametersJson) as StageParameters;
    return regions.flatMap(({ box, set }) => {
      const names = Object.keys(set).filter((name) => name in usual);
      const textOf = (values: Readonly<Record<string, unknown>>) =>
        canonicalJson(Object.fromEntries(names.map((name) => [name, values[name]])));
      const difference = {
        stage,
        field: 'parameters' as const,
        region: textOf(set),
        reference: textOf(usual),
      };
      return names.length > 0 ? [{ region: box, differences: [difference] }] : [];
    });
  });
}

type Extent = queries.LineageExtentsRow;

const boxOf = (extents: readonly Extent[]): Box => {
  const cornerOf = (pick: (...values: number[]) => number, of: 'low' | 'high') =>
    (['z', 'y', 'x'] as const).map((axis) => pick(...extents.map((e) => e[of][axis] ?? 0)));
  const [z, y, x] = cornerOf(Math.min, 'low');
  const [toZ, toY, toX] = cornerOf(Math.max, 'high');
  return { begin: [z, y, x], end: [toZ, toY, toX] };
};

const artifactsOf = (extents: readonly Extent[]): number =>
  extents.reduce((sum, { artifacts }) => sum + Number(artifacts), 0);

/** For a stage the boxes of what was made with another value of a field than most. */
function unusualExtents(extents: readonly Extent[], field: keyof typeof fields): LineageRegion[] {
  const [[usual], ...others] = [...groupBy(extents, fields[field])].sort(
    ([a, one], [b, other]) => artifactsOf(other) - artifactsOf(one) || (a < b ? -1 : 1),
  );
  return others.map(([text, there]) => ({
    region: boxOf(there),
    differences: [{ stage: there[0].stage, field, region: text, reference: usual }],
  }));
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
  const [extents, regional] = await Promise.all([
    graph.run(queries.lineageExtents, { dataset, revision }),
    regionalParameters(graph, dataset, revision),
  ]);
  const unusual = [...groupBy(extents, ({ stage }) => stage).values()].flatMap((ofStage) =>
    fieldNames.flatMap((field) => unusualExtents(ofStage, field)),
  );
  const byBox = groupBy([...regional, ...unusual], ({ region }) => formatBox(region));
  return [...byBox.values()].map((group) => ({
    region: group[0].region,
    differences: group.flatMap(({ differences }) => differences),
  }));
}
