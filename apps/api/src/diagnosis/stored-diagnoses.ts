import type { queries } from '@stratome/connectome';
import { formatBox } from '@stratome/core';
import {
  isMeasureName,
  layerToTry,
  measures,
  rechecks,
  type Layer,
  type Verdict,
} from '@stratome/diagnostics';
import { settingsOf } from '@stratome/reconstruction-worker';
import type {
  Anomaly,
  Counterfactual,
  Diagnosis,
  DiagnosisEvidence,
  DiagnosisStep,
  LineageDifference,
  UntestedMeasure,
} from '../graphql/types/diagnosis.js';
import { namedBox } from '../graphql/types/places.js';
import type { TriedCounterfactual } from './counterfactual.js';
import { storedParts } from './stored-json.js';

type Row = queries.DiagnosesRow;
type StoredEvidence = Omit<DiagnosisEvidence, 'unit' | 'meaning' | 'own'> &
  Partial<Pick<DiagnosisEvidence, 'own'>>;

/** Findings that are no field of cells but sum the region up. */
const summaries: Readonly<Record<string, string>> = {
  missingSections: 'Sections of the region without image',
  sectionJump: 'Largest residual between two sections of the region above the usual, px',
  noSynapses: 'Whether the region holds next to no synapse',
};

/** What a measure is counted in and what it says; rechecks and summaries of sections are shares and counts. */
function wordsOf(measure: string): Pick<DiagnosisEvidence, 'unit' | 'meaning'> {
  if (isMeasureName(measure)) return { unit: measures[measure].unit, meaning: measures[measure].meaning };
  if (Object.hasOwn(rechecks, measure))
    return { unit: '', meaning: rechecks[measure as keyof typeof rechecks].meaning };
  return { unit: '', meaning: summaries[measure] ?? '' };
}

/** JSON that an older version left out is an empty list. */
const listFrom = <T>(json: string | null): T[] => (json === null ? [] : (JSON.parse(json) as T[]));

const toStep = (step: Row['steps'][number]): DiagnosisStep => ({
  layer: step.layer,
  verdict: step.verdict,
  measure: step.measure,
  effect: step.effect,
  interval: step.interval,
  p: step.p,
  measures: listFrom<StoredEvidence>(step.measuresJson).map((each) => ({
    ...each,
    own: each.own ?? null,
    ...wordsOf(each.measure),
  })),
  lineage: listFrom<LineageDifference>(step.lineageJson),
  untested: listFrom<UntestedMeasure>(step.untestedJson),
});

/** An anomaly as it stands in the graph, as GraphQL gives it. */
export const toAnomaly = (row: queries.AnomaliesRow): Anomaly => ({
  anomalyId: row.anomalyId,
  layer: row.layer,
  measure: row.measure,
  pattern: row.pattern,
  effect: row.effect,
  p: row.p,
  region: namedBox(row),
  cells: Number(row.cells),
});

function toCounterfactual(stored: TriedCounterfactual): Counterfactual {
  const { without, measures: deviating, undone, refutes, ...tried } = stored;
  return {
    ...tried,
    without: without.map(({ region, set }) => ({ region: formatBox(region), parameters: settingsOf(set) })),
    measures: [...deviating],
    undoneOf: undone.of,
    undoneShare: undone.share,
    refutes: [...refutes],
  };
}

function layerTried({ verdict, layer }: Row): string | null {
  const tried = layerToTry({ verdict: verdict as Verdict, layer: layer as Layer | null });
  return 'from' in tried ? tried.from : null;
}

/** A walk as it stands in the graph, as GraphQL gives it. */
export function toDiagnosis(row: Row): Diagnosis {
  const { explainedShare, doubt, rejected, counterfactual } = storedParts(row);
  return {
    diagnosisId: row.diagnosisId,
    revision: row.revision,
    made: row.made,
    verdict: row.verdict,
    layer: row.layer,
    cause: row.cause,
    confidence: row.confidence,
    region: namedBox(row),
    against:
      row.againstBegin && row.againstEnd && namedBox({ boxBegin: row.againstBegin, boxEnd: row.againstEnd }),
    explainedShare,
    steps: row.steps.map(toStep),
    doubt,
    rejected,
    anomalies: row.anomalies.map(toAnomaly),
    triedFrom: layerTried(row),
    counterfactual: counterfactual && toCounterfactual(counterfactual),
  };
}
