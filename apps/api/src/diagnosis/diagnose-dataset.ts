import { queries, type Graph } from '@stratome/connectome';
import { boxOfShape, notFound, type Box, type Vec3 } from '@stratome/core';
import {
  compareBoxes,
  diagnose,
  type BoxComparison,
  type DiagnosisParameters,
  type DiagnosisReport,
  type Refuted,
} from '@stratome/diagnostics';
import { datasetRecord } from '../graphql/graph-reader.js';
import { lineageDifferences, lineageRegions } from './lineage-differences.js';
import { fieldsOf } from './quality-fields.js';
import { storeDiagnosis } from './store-diagnosis.js';

export interface DiagnosisRequest {
  readonly dataset: string;
  readonly region?: Box;
  readonly against?: Box;
  /** Whether the answer will be tried by making its region again. */
  readonly tried?: boolean;
  /** What making regions again has ruled out. */
  readonly refuted?: readonly Refuted[];
  readonly parameters: DiagnosisParameters;
}

export interface StoredReport extends DiagnosisReport {
  readonly diagnosisId: string;
  readonly revision: bigint;
}

/** Shape and voxel size of a dataset, z, y, x, and the revision at its head. */
export async function datasetShape(graph: Graph, dataset: string) {
  const { revision, voxelSize, shapeVoxels } = await datasetRecord(graph, dataset);
  const [x, y, z] = voxelSize;
  const shape: Vec3 = [shapeVoxels[0], shapeVoxels[1], shapeVoxels[2]];
  const voxelNm: Vec3 = [z, y, x];
  return { revision, shape, voxelNm };
}

/** All that was measured in a dataset, as it stands at its head. */
async function readFields(graph: Graph, dataset: string) {
  const { revision, shape, voxelNm } = await datasetShape(graph, dataset);
  const [rows, weights] = await Promise.all([
    graph.run(queries.measurementsAt, { dataset, revision }),
    graph.run(queries.storedWeightsByCell, { dataset }),
  ]);
  return { revision, shape, fields: fieldsOf(rows, weights, shape, voxelNm) };
}

export interface ComparisonRequest extends Omit<DiagnosisRequest, 'region'> {
  readonly measure: string;
  readonly region: Box;
}

/**
 * One measure of a box against another box or the rest.
 *
 * @throws StratomeError notFound for a measure that is not kept by cell, badInput for boxes that cannot be compared
 */
export async function compareInDataset(
  graph: Graph,
  { dataset, measure, region, against, parameters }: ComparisonRequest,
): Promise<BoxComparison> {
  const { grid, cells, tissue } = (await readFields(graph, dataset)).fields;
  const field = cells.find((each) => each.measure === measure);
  if (!field)
    throw notFound(
      `"${measure}" was not measured by cell in "${dataset}".`,
      'measures of the dataset lists what there is.',
    );
  return compareBoxes(grid, field, tissue, region, against, parameters);
}

/**
 * Diagnoses a dataset from what stands in the graph at its head, and stores anomalies and the walk there.
 *
 * @throws StratomeError notFound for a dataset that is not there or has no measurements, badInput for a region or
 *   reference outside its volume
 */
export async function diagnoseDataset(
  graph: Graph,
  { dataset, region, against, tried, refuted, parameters }: DiagnosisRequest,
): Promise<StoredReport> {
  const { revision, shape, fields } = await readFields(graph, dataset);
  const { grid, cells, sections, tissue } = fields;
  const known = region
    ? {
        region,
        lineage: await lineageDifferences(graph, dataset, revision, region, against ?? boxOfShape(shape)),
      }
    : { lineageRegions: await lineageRegions(graph, dataset, revision) };
  const report = diagnose({ grid, cells, sections, tissue, against, tried, refuted, ...known }, parameters);
  const diagnosisId = await storeDiagnosis(graph, dataset, revision, fields, against, report, parameters);
  return { ...report, diagnosisId, revision };
}
