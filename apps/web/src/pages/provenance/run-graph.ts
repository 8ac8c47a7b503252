import type { DrawnEdge, DrawnNode } from '../../components/graph-drawing.js';
import { strings } from '../../strings.js';
import type { StaleRuns } from './stale-runs.js';

interface RunNode {
  readonly runId: string;
  readonly stage: string;
  readonly layer: string;
}

interface RunInput {
  readonly runId: string;
  readonly sourceRunId: string;
  readonly artifacts: string;
}

const layerColors: Record<string, string> = {
  L1: '#7a5195',
  L2: '#3b7dd8',
  L3: '#2c9a6b',
  L4: '#d08a1d',
  L5: '#c0392b',
};

/** How many steps each run is from those that read nothing. Runs do not feed on themselves, so this ends. */
export function depths(runs: readonly RunNode[], inputs: readonly RunInput[]): Map<string, number> {
  const depth = new Map(runs.map(({ runId }) => [runId, 0]));
  for (let round = 0; round < runs.length; round++) {
    let changed = false;
    for (const { runId, sourceRunId } of inputs) {
      const least = (depth.get(sourceRunId) ?? -1) + 1;
      if (!depth.has(runId) || depth.get(runId)! >= least) continue;
      depth.set(runId, least);
      changed = true;
    }
    if (!changed) break;
  }
  return depth;
}

/** Height of a drawing by its width: about that of the frame, so that it is filled. */
const aspect = 0.4;

/** Runs from left to right as data flow, coloured by layer, those that are stale called so. */
export function runDrawing(
  runs: readonly RunNode[],
  inputs: readonly RunInput[],
  stale: StaleRuns,
): { nodes: DrawnNode[]; edges: DrawnEdge[] } {
  const depth = depths(runs, inputs);
  const columns = new Map<number, number>();
  const nodes = runs.map(({ runId, stage, layer }) => {
    const x = depth.get(runId) ?? 0;
    const row = columns.get(x) ?? 0;
    columns.set(x, row + 1);
    const label = `${layer} ${stage}${stale.has(runId) ? ` (${strings.provenance.stale.toLowerCase()})` : ''}`;
    // Neighbouring columns are shifted, so that labels do not lie on one line.
    const place = { x, y: (x % 2 ? -0.5 : 0.5) - row * 1.5 };
    return { id: runId, label, size: 8, color: layerColors[layer], place };
  });
  const edges = inputs.map(({ runId, sourceRunId, artifacts }) => ({
    from: sourceRunId,
    to: runId,
    label: artifacts,
    width: 1.5,
  }));
  const [low, high] = [
    Math.min(...nodes.map(({ place }) => place.y)),
    Math.max(...nodes.map(({ place }) => place.y)),
  ];
  const stretch = (aspect * Math.max(1, ...depth.values())) / Math.max(1e-9, high - low);
  for (const { place } of nodes) place.y *= stretch;
  return { nodes, edges };
}

/** The parameters in which two runs differ; nested ones by their path. */
export function differences(
  first: string,
  second: string,
): { name: string; first: string; second: string }[] {
  const flat = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) flat(inner, path ? `${path}.${key}` : key, into);
    } else into.set(path, JSON.stringify(value));
    return into;
  };
  const [a, b] = [first, second].map((json) => flat(JSON.parse(json), '', new Map()));
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .toSorted()
    .map((name) => ({ name, first: a.get(name) ?? '–', second: b.get(name) ?? '–' }));
}
