import { queries, type Graph } from '@stratome/connectome';
import { notFound, type Vec3 } from '@stratome/core';
import {
  diagnosisParameters,
  type Evidence,
  type Layer,
  type ReportContent,
  type ReportDiagnosis,
  type ReportRun,
  type ReportStep,
  type Verdict,
} from '@stratome/diagnostics';
import { fieldsOf } from '../diagnosis/quality-fields.js';
import { storedParts } from '../diagnosis/stored-json.js';
import { datasetRecord } from '../graphql/graph-reader.js';

const triple = ([z, y, x]: readonly number[]): Vec3 => [z, y, x];

const boxOf = (row: { boxBegin: readonly number[]; boxEnd: readonly number[] }) => ({
  begin: triple(row.boxBegin),
  end: triple(row.boxEnd),
});

/** Most stage runs that a report lists. */
const mostRuns = 1000;

async function storedDiagnosis(graph: Graph, dataset: string, diagnosisId: string) {
  const row = await graph.first(queries.diagnoses, { dataset, diagnosisId, limit: 1 });
  if (row) return row;
  throw notFound(
    `The dataset "${dataset}" has no diagnosis "${diagnosisId}".`,
    `npx stratome diagnose ${dataset} makes one and says its id.`,
  );
}

const diagnosisOf = (row: queries.DiagnosesRow): ReportDiagnosis => {
  const { explainedShare, ...parts } = storedParts(row);
  return {
    diagnosisId: row.diagnosisId,
    verdict: row.verdict as Verdict,
    layer: row.layer as Layer | null,
    cause: row.cause,
    confidence: row.confidence,
    explainedShare: explainedShare && explainedShare.share,
    region: boxOf(row),
    steps: row.steps.map((step) => ({
      layer: step.layer as Layer,
      verdict: step.verdict as ReportStep['verdict'],
      measure: step.measure,
      measures: JSON.parse(step.measuresJson) as Evidence[],
    })),
    ...parts,
  };
};

/** The last run of each stage at or before a revision, in the order of layers. */
function runsAt(rows: readonly queries.StageRunsRow[], revision: bigint): ReportRun[] {
  const last = new Map<string, queries.StageRunsRow>();
  for (const row of rows) if (row.revision <= revision && !last.has(row.stage)) last.set(row.stage, row);
  return [...last.values()]
    .sort((a, b) => (a.layer < b.layer ? -1 : a.layer > b.layer ? 1 : a.started < b.started ? -1 : 1))
    .map((row) => ({
      stage: row.stage,
      layer: row.layer as Layer,
      codeRevision: row.codeRevision,
      codeDirty: row.codeDirty,
      modelId: row.modelId,
      modelHash: row.modelHash,
      parameters: JSON.parse(row.parametersJson) as Record<string, unknown>,
      executionProvider: row.executionProvider,
    }));
}

/**
 * All that a report of a stored diagnosis says, from the graph.
 *
 * @throws StratomeError notFound for a dataset or diagnosis that is not there
 */
export async function reportContent(
  graph: Graph,
  dataset: string,
  diagnosisId: string,
): Promise<ReportContent> {
  const { description, voxelSize, shapeVoxels } = await datasetRecord(graph, dataset);
  const stored = await storedDiagnosis(graph, dataset, diagnosisId);
  const { revision, parametersJson } = stored;
  const [measurements, weights, runs, flags] = await Promise.all([
    graph.run(queries.measurementsAt, { dataset, revision }),
    graph.run(queries.storedWeightsByCell, { dataset }),
    graph.run(queries.stageRuns, { dataset, limit: mostRuns }),
    graph.run(queries.flags, { dataset }),
  ]);
  const [x, y, z] = voxelSize;
  const voxelNm: Vec3 = [z, y, x];
  const { grid, cells } = fieldsOf(measurements, weights, triple(shapeVoxels), voxelNm);
  return {
    dataset,
    description,
    voxelNm,
    shape: triple(shapeVoxels),
    revision,
    diagnosis: diagnosisOf(stored),
    grid,
    cells,
    flags: flags.map((flag) => ({ ...flag, id: flag.flagId, box: boxOf(flag) })),
    runs: runsAt(runs, revision),
    parameters: parametersJson ? JSON.parse(parametersJson) : diagnosisParameters.parse({}),
  };
}
