import type { DrawnEdge, DrawnNode } from '../../components/graph-drawing.js';

type Value = unknown;
interface GraphNode {
  readonly labels: readonly string[];
  readonly properties: Readonly<Record<string, Value>>;
}

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null;
const isNode = (value: Value): value is GraphNode & Record<string, Value> =>
  isObject(value) && Array.isArray(value.labels) && isObject(value.properties);

const titles = ['bodyId', 'siteId', 'cellKey', 'runId', 'stage', 'measure', 'kind', 'name', 'dataset'];

function titleOf({ labels, properties }: GraphNode): string {
  const name = titles.find((each) => properties[each] !== undefined);
  // Every neuron is a segment as well: the narrower label says more.
  const label = labels.includes('Neuron') ? 'Neuron' : String(labels[0]);
  return name ? `${label} ${String(properties[name])}` : label;
}

/** A node is known by all it holds: answers carry no ids of the database. */
const identity = (node: GraphNode) => JSON.stringify([node.labels, node.properties]);

/** Nodes, and the relationships of paths, found anywhere in the rows. */
export function graphIn(rows: readonly (readonly Value[])[]): { nodes: DrawnNode[]; edges: DrawnEdge[] } {
  const nodes = new Map<string, DrawnNode>();
  const edges: DrawnEdge[] = [];
  const add = (node: GraphNode) => {
    const id = identity(node);
    if (!nodes.has(id)) nodes.set(id, { id, label: titleOf(node), size: 7 });
    return id;
  };
  const visit = (value: Value): void => {
    if (isNode(value)) add(value);
    else if (isObject(value) && Array.isArray(value.nodes) && Array.isArray(value.relationships)) {
      const ids = value.nodes.filter(isNode).map(add);
      value.relationships.forEach((relationship: Value, i) => {
        const label = isObject(relationship) ? String(relationship.type) : '';
        if (ids[i + 1]) edges.push({ from: ids[i], to: ids[i + 1], label, width: 1.5 });
      });
    } else if (Array.isArray(value)) value.forEach(visit);
  };
  for (const row of rows) row.forEach(visit);
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
