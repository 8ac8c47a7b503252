import { queries, refOf } from '@stratome/connectome';
import { isStratomeError } from '@stratome/core';
import {
  contentsOf,
  countContents,
  requireDataset,
  runAtHead,
  stageHashes,
  stageRunsOf,
  surroundingsOf,
  type Surroundings,
} from '@stratome/operations';
import { artifactSetHash } from '@stratome/provenance';
import type { Console } from '../action.js';
import type { Session } from '../session.js';
import { readHeadLineage, type HeadLineage } from './head-lineage.js';
import { verifyGraph, type GraphVerification } from './verify-graph.js';
import { verifyObjects, type Difference } from './verify-objects.js';

export interface StageDifference {
  readonly stage: string;
  readonly recorded: string;
  readonly found: string;
}

/** What readers see that rests on a result: how much, and the first few neurons. */
interface Impact {
  readonly synapses: bigint;
  readonly neurons: bigint;
  readonly connections: bigint;
  readonly bodyIds: readonly bigint[];
}

export interface LocatedDifference extends Difference {
  /** What lies above and below it in the lineage. */
  readonly lineage: Surroundings;
  /** Null when what readers see does not rest on it, or the graph does not know it. */
  readonly impact: Impact | null;
}

const listedBodies = 5;

/** Stages of the run behind what readers see whose output is no longer what their record says. */
async function differingStages({ db }: Session, dataset: string): Promise<StageDifference[]> {
  const run = await runAtHead(db, dataset);
  const differences: StageDifference[] = [];
  for (const { stage, outputHash } of run ? await stageRunsOf(db, run.id) : []) {
    const found = artifactSetHash((await stageHashes(db, run!, stage)).outputs);
    if (found !== outputHash) differences.push({ stage, recorded: outputHash, found });
  }
  return differences;
}

/** The artefact of the graph that a result is part of; undefined when readers see none. */
function inHead({ lineage }: HeadLineage, result: Difference) {
  try {
    return lineage.resolve(result);
  } catch {
    return undefined;
  }
}

async function locate(
  session: Session,
  dataset: string,
  head: HeadLineage | undefined,
  difference: Difference,
): Promise<LocatedDifference> {
  const lineage = await surroundingsOf(session.db, dataset, difference);
  const artifact = head && inHead(head, difference);
  const row =
    artifact &&
    (await session.graph.first(queries.staleIfArtifact, {
      dataset,
      ...refOf(artifact),
      limit: listedBodies,
    }));
  if (!row) return { ...difference, lineage, impact: null };
  const { synapses, neurons, connections, bodyIds } = row;
  return { ...difference, lineage, impact: { synapses, neurons, connections, bodyIds } };
}

function sentence({ kind, key, problem, lineage, impact }: LocatedDifference): string {
  const { madeBy, madeFrom, madeFromCount, readBy, readByCount } = lineage;
  const few = (names: string[], count: number) =>
    names.join(', ') + (count > names.length ? ` and ${count - names.length} more` : '');
  const from = few(
    madeFrom.map((source) => `${source.kind} ${source.key}`),
    madeFromCount,
  );
  const by = few(
    readBy.map(({ stage, task }) => `${stage} ${task}`),
    readByCount,
  );
  return [
    `${kind} ${key} is ${problem}`,
    madeBy ? `  made by ${madeBy.stage} ${madeBy.task}${from ? ` from ${from}` : ''}` : '  made by no task',
    by ? `  read by ${by}` : '  read by no task',
    impact
      ? `  behind ${impact.neurons} neurons, ${impact.synapses} synapses and ${impact.connections} connections`
      : '  behind nothing that the graph shows',
  ].join('\n');
}

export interface Problem {
  readonly problem: string;
}

/** Rows and graph may lie so far apart that they cannot be compared at all. */
const orProblem = (error: unknown): Problem => {
  if (isStratomeError(error) && error.kind !== 'unavailable') return { problem: error.message };
  throw error;
};

/** How what is stored agrees with the lineage. */
export interface DatasetVerification {
  readonly objects: number;
  readonly results: number;
  readonly differences: readonly LocatedDifference[];
  readonly stages: readonly StageDifference[];
  readonly graph: GraphVerification | Problem;
  /** A sentence for each thing that differs. */
  readonly wrong: readonly string[];
}

/**
 * Hashes every stored object of a dataset again, and compares stages and graph with their record.
 *
 * @throws StratomeError notFound when there is no such dataset, unavailable when store or servers cannot be read
 */
export async function verifyDataset(
  session: Session,
  dataset: string,
  console: Console,
): Promise<DatasetVerification> {
  const { progress } = console;
  const row = await requireDataset(session.db, dataset);
  const total = await countContents(session.db, dataset);
  let done = 0;
  const { objects, results, differences } = await verifyObjects(
    session.store,
    contentsOf(session.db, dataset),
    () => progress.update({ stage: 'hash objects', done: ++done, total, unit: 'objects' }),
  );
  const head = await readHeadLineage(session, row).catch(orProblem);
  const located: LocatedDifference[] = [];
  for (const difference of differences)
    located.push(await locate(session, dataset, 'problem' in head ? undefined : head, difference));
  const stages = await differingStages(session, dataset);
  const graph = 'problem' in head ? head : await verifyGraph(session, row, head, console).catch(orProblem);
  const wrong = [
    ...located.map(sentence),
    ...stages.map(({ stage }) => `The output of ${stage} is not what its record says.`),
    ...('problem' in graph ? [graph.problem] : graph.differences.map(inGraph)),
  ];
  return { objects, results, differences: located, stages, graph, wrong };
}

const inGraph = ({ node, name, property, recorded, found }: GraphVerification['differences'][number]) =>
  recorded === null
    ? `In the graph the ${node} ${name} (${property} ${found}) is one that nothing on record gives.`
    : found === null
      ? `The graph lacks the ${node} ${name} (${property} ${recorded}).`
      : `In the graph ${property} of the ${node} ${name} is ${found}, on record it is ${recorded}.`;
