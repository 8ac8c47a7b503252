import type { DrawnEdge, DrawnNode } from '../../components/graph-drawing.js';

type Value = unknown;
interface GraphNode {
  readonly id: string;
  readonly labels: readonly string[];
  readonly properties: Readonly<Record<string, Value>>;
}
interface Relationship {
  readonly id: string;
  readonly type: string;
  /** Ids of the nodes it joins; they need not be in the answer. */
  readonly start: string;
  readonly end: string;
}

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null;
const isNode = (value: Value): value is GraphNode & Record<string, Value> =>
  isObject(value) && Array.isArray(value.labels) && isObject(value.properties);
const isRelationship = (value: Value): value is Relationship & Record<string, Value> =>
  isObject(value) && ['id', 'start', 'end', 'type'].every((field) => typeof value[field] === 'string');

const titles = ['bodyId', 'siteId', 'cellKey', 'runId', 'stage', 'measure', 'kind', 'name', 'dataset'];

function titleOf({ labels, properties }: GraphNode): string {
  const name = titles.find((each) => properties[each] !== undefined);
  // Every neuron is a segment as well: the narrower label says more.
  const label = labels.includes('Neuron') ? 'Neuron' : String(labels[0]);
  return name ? `${label} ${String(properties[name])}` : label;
}

/** Nodes and relationships found anywhere in the rows, each once. A relationship brings the nodes it joins. */
export function graphIn(rows: readonly (readonly Value[])[]): { nodes: DrawnNode[]; edges: DrawnEdge[] } {
  const nodes = new Map<string, DrawnNode>();
  const relationships = new Map<string, Relationship>();
  const visit = (value: Value): void => {
    if (isNode(value)) nodes.set(value.id, { id: value.id, label: titleOf(value), size: 7 });
    else if (isRelationship(value)) relationships.set(value.id, value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) Object.values(value).forEach(visit);
  };
  for (const row of rows) row.forEach(visit);
  const edges = [...relationships.values()].map(({ start, end, type }): DrawnEdge => {
    for (const id of [start, end]) if (!nodes.has(id)) nodes.set(id, { id, label: '', size: 5 });
    return { from: start, to: end, label: type, width: 1.5 };
  });
  return { nodes: [...nodes.values()], edges };
}

/** The first column of numbers against the first other one, or against the row. */
export function plotIn(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): { x: number[]; y: number[]; xLabel: string; yLabel: string } | undefined {
  const numeric = columns.map((_, i) => i).filter((i) => rows.some((row) => typeof row[i] === 'number'));
  if (numeric.length === 0) return undefined;
  const [xColumn, yColumn] = numeric.length > 1 ? numeric : [undefined, numeric[0]];
  const points = rows
    .map((row, i): [number, number] => [
      xColumn === undefined ? i : Number(row[xColumn]),
      Number(row[yColumn]),
    ])
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .toSorted(([a], [b]) => a - b);
  return {
    x: points.map(([x]) => x),
    y: points.map(([, y]) => y),
    xLabel: xColumn === undefined ? '#' : columns[xColumn],
    yLabel: columns[yColumn],
  };
}
