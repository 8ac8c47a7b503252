import { queries, type Graph } from '@stratome/connectome';
import { formatBox, hashJson, type Box } from '@stratome/core';
import {
  cellsInBox,
  type Anomaly,
  type DiagnosisParameters,
  type DiagnosisReport,
} from '@stratome/diagnostics';
import type { DatasetFields } from './quality-fields.js';

const boxRow = ({ begin, end }: Box) => ({ boxBegin: [...begin], boxEnd: [...end] });

const keysIn = ({ grid, keys }: DatasetFields, box: Box): string[] => {
  const inside = cellsInBox(grid, box);
  return keys.filter((key, cell) => key !== '' && inside[cell] === 1);
};

const sectionKeysIn = ({ begin, end }: Box): string[] =>
  Array.from({ length: end[0] - begin[0] }, (_, n) => `section/${begin[0] + n}`);

const idOf = (dataset: string, revision: bigint, what: unknown): string =>
  hashJson([dataset, revision, what]).slice(0, 32);

const anomalyIdOf = (
  dataset: string,
  revision: bigint,
  { layer, measure, pattern, region }: Anomaly,
): string => idOf(dataset, revision, [layer, measure, pattern, formatBox(region)]);

const json = (value: unknown): string => JSON.stringify(value);

/**
 * Stores anomalies and the walk as nodes and relationships. What is stored already is not stored twice.
 *
 * @returns the diagnosis' id
 */
export async function storeDiagnosis(
  graph: Graph,
  dataset: string,
  revision: bigint,
  fields: DatasetFields,
  against: Box | undefined,
  { anomalies, diagnosis }: DiagnosisReport,
  parameters: DiagnosisParameters,
): Promise<string> {
  const overlaps = ({ region }: Anomaly) =>
    region.begin.every((v, k) => v < diagnosis.region.end[k] && region.end[k] > diagnosis.region.begin[k]);
  const diagnosisId = idOf(dataset, revision, [diagnosis, against ?? null]);
  const cellKeys = keysIn(fields, diagnosis.region);
  await graph.run(queries.upsertAnomalies, {
    dataset,
    revision,
    rows: anomalies.map((a) => ({
      anomalyId: anomalyIdOf(dataset, revision, a),
      layer: a.layer,
      measure: a.measure,
      pattern: a.pattern,
      effect: a.effect,
      p: a.p,
      ...boxRow(a.region),
      cellKeys: a.grid === 'section' ? sectionKeysIn(a.region) : keysIn(fields, a.region),
    })),
  });
  await graph.run(queries.upsertDiagnoses, {
    dataset,
    revision,
    rows: [
      {
        diagnosisId,
        verdict: diagnosis.verdict,
        layer: diagnosis.layer,
        cause: diagnosis.cause,
        confidence: diagnosis.confidence,
        explainedShare: diagnosis.explainedShare?.share ?? null,
        explainedJson: diagnosis.explainedShare && json(diagnosis.explainedShare),
        ...boxRow(diagnosis.region),
        againstBegin: against ? [...against.begin] : null,
        againstEnd: against ? [...against.end] : null,
        made: new Date().toISOString(),
        doubtJson: diagnosis.doubt && json(diagnosis.doubt),
        rejectedJson: json(diagnosis.rejected),
        parametersJson: json(parameters),
        anomalyIds: anomalies.filter(overlaps).map((a) => anomalyIdOf(dataset, revision, a)),
      },
    ],
  });
  await graph.run(queries.upsertFindings, {
    dataset,
    revision,
    rows: diagnosis.steps.map((step) => ({
      diagnosisId,
      findingId: idOf(dataset, revision, [diagnosisId, step.layer]),
      layer: step.layer,
      verdict: step.verdict,
      effect: step.effect ?? null,
      interval: step.interval ? [...step.interval] : null,
      p: step.p ?? null,
      measure: step.measure ?? null,
      measuresJson: json(step.measures),
      lineageJson: json(step.lineage),
      untestedJson: json(step.untested),
      cellKeys,
    })),
  });
  return diagnosisId;
}
