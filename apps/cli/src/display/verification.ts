import type { DatasetVerification } from '../lineage/verify-dataset.js';

const namedAtMost = 20;

/** What differs, a sentence each; the first of many. */
export const differingLines = ({ wrong }: DatasetVerification): string[] => [
  ...wrong.slice(0, namedAtMost),
  ...(wrong.length > namedAtMost
    ? [`… and ${wrong.length - namedAtMost} more; verify --json names all.`]
    : []),
];

/** That nothing differs, and of what. */
export function equalLine(dataset: string, { objects, results, graph }: DatasetVerification): string {
  const holds = `"${dataset}": ${objects} objects behind ${results} results hold what the lineage says.`;
  if ('problem' in graph) return holds;
  const { artifacts, runs, connectivity: of } = graph;
  return [
    holds,
    `The graph holds ${artifacts} artefacts and ${runs} stage runs as PostgreSQL has them,`,
    `and the ${of.neurons} segments, ${of.synapses} synapses and ${of.connections} connections that they give.`,
  ].join(' ');
}

/** The same as JSON: ids as text. */
export function verificationJson({ wrong, ...verified }: DatasetVerification): Record<string, unknown> {
  const text = JSON.stringify({ equal: wrong.length === 0, ...verified }, (_, v) =>
    typeof v === 'bigint' ? String(v) : v,
  );
  return JSON.parse(text) as Record<string, unknown>;
}
