import { queries, refId, refOf, type ArtifactRef, type ArtifactRow } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import {
  artifactsAt,
  requireRunAtHead,
  stageRunsOf,
  type Dataset,
  type StageRun,
} from '@stratome/operations';
import type { Derivation, Lineage, LineageResult, LineageRun, Subject } from '@stratome/provenance';
import type { Session } from '../session.js';
import { readHeadLineage, type HeadLineage } from './head-lineage.js';

export interface SubjectName {
  readonly what: Subject['what'];
  readonly id: bigint;
}

const inOrder = (results: Iterable<LineageResult>): LineageResult[] =>
  [...results].map(refOf).toSorted((a, b) => (refId(a) < refId(b) ? -1 : 1));

/** What the stage that writes the graph read and wrote, which the lineage of the others leaves out. */
async function graphExecution({ db }: Session, head: HeadLineage, record: StageRun) {
  const generated = await artifactsAt(db, record.dataset, head.revision, 'measures/graph');
  const read: ArtifactRef[] = await db.query(
    `SELECT DISTINCT i.kind, i.key, i.hash FROM task t JOIN task_input i ON i.task = t.id
     WHERE t.run = $1 AND t.stage = 'graph'`,
    [record.run],
  );
  const used = new Map(read.map((stored) => head.lineage.resolve(stored)).map((ref) => [refId(ref), ref]));
  return { used: used.values(), generated };
}

function runOf(
  record: StageRun,
  used: Iterable<LineageResult>,
  generated: Iterable<LineageResult>,
): LineageRun {
  return {
    id: record.id,
    stage: record.stage,
    layer: record.layer,
    inputHash: record.inputHash,
    code: { commit: record.codeCommit, dirty: record.codeDirty },
    model: { id: record.modelId, hash: record.modelHash },
    parameters: record.parameters,
    environment: record.environment,
    outputHash: record.outputHash,
    startedAt: record.startedAt.toISOString(),
    finishedAt: record.finishedAt.toISOString(),
    used: inOrder(used),
    generated: inOrder(generated),
  };
}

/** The stage runs of the head's run, and earlier ones whose results still stand. */
async function readRuns(session: Session, dataset: Dataset, head: HeadLineage): Promise<LineageRun[]> {
  const { db } = session;
  const { executions } = head.lineage;
  const run = await requireRunAtHead(db, dataset.name);
  const runs: LineageRun[] = [];
  for (const id of new Set([run.id, ...executions.map(({ runId }) => runId)])) {
    for (const record of await stageRunsOf(db, id)) {
      const execution = executions.find((e) => e.runId === id && e.stage === record.stage);
      if (execution) runs.push(runOf(record, execution.used.values(), execution.generated.values()));
      else if (record.stage === 'graph' && id === run.id) {
        const { used, generated } = await graphExecution(session, head, record);
        runs.push(runOf(record, used, generated));
      } else if (id === run.id) runs.push(runOf(record, [], []));
    }
  }
  return runs;
}

function derivationsOf(artifacts: readonly ArtifactRow[], runs: readonly LineageRun[]): Derivation[] {
  const makers = new Map<string, string>();
  for (const run of runs) for (const made of run.generated) makers.set(refId(made), run.id);
  return artifacts.flatMap((artifact) => {
    const run = makers.get(refId(artifact));
    if (!run) return [];
    const from = (sources: readonly ArtifactRef[], role: Derivation['role']): Derivation[] =>
      inOrder(sources).map((source) => ({ of: refOf(artifact), from: source, role, run }));
    return [...from(artifact.pixelsFrom, 'pixels'), ...from(artifact.parametersFrom, 'parameters')];
  });
}

/** @throws StratomeError notFound when the graph shows no such synapse or neuron */
async function readSubject({ graph }: Session, dataset: string, { what, id }: SubjectName): Promise<Subject> {
  const rows =
    what === 'synapse'
      ? await graph.run(queries.synapseSources, { dataset, siteIds: [id] })
      : await graph.run(queries.neuronSources, { dataset, bodyIds: [id] });
  if (rows.length > 0) return { what, id, readFrom: inOrder(rows) };
  throw notFound(
    `"${dataset}" has no ${what} ${id} with lineage.`,
    'npx stratome query lists what there is.',
  );
}

/** What a subject rests on: all whose pixels are in it, and, one step aside, what was estimated from elsewhere. */
function below(subject: Subject, artifacts: readonly ArtifactRow[]): Set<string> {
  const byId = new Map(artifacts.map((artifact) => [refId(artifact), artifact]));
  const pixels = new Set<string>();
  const open = subject.readFrom.map(refId);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (pixels.has(id)) continue;
    pixels.add(id);
    for (const source of byId.get(id)?.pixelsFrom ?? []) open.push(refId(source));
  }
  const kept = new Set(pixels);
  for (const id of pixels) for (const p of byId.get(id)?.parametersFrom ?? []) kept.add(refId(p));
  return kept;
}

/**
 * The lineage of what readers of a dataset see, artefact by artefact as the graph holds them.
 *
 * @param name only what this synapse or neuron rests on
 */
export async function readLineageOf(
  session: Session,
  dataset: Dataset,
  name?: SubjectName,
): Promise<Lineage> {
  const head = await readHeadLineage(session, dataset);
  const runs = await readRuns(session, dataset, head);
  const derivations = derivationsOf(head.lineage.artifacts, runs);
  if (!name) return { dataset: dataset.name, runs, derivations };
  const subject = await readSubject(session, dataset.name, name);
  const kept = below(subject, head.lineage.artifacts);
  const within = (results: readonly LineageResult[]) => results.filter((result) => kept.has(refId(result)));
  return {
    dataset: dataset.name,
    runs: runs
      .map((run) => ({ ...run, used: within(run.used), generated: within(run.generated) }))
      .filter(({ generated }) => generated.length > 0),
    derivations: derivations.filter(({ of, from }) => kept.has(refId(of)) && kept.has(refId(from))),
    subject,
  };
}
