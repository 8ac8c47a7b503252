import type { queries } from '@stratome/connectome';
import type { Counterfactual, Diagnosis } from '@stratome/diagnostics';
import type { TriedCounterfactual } from './counterfactual.js';

type Row = Pick<queries.DiagnosesRow, 'explainedJson' | 'doubtJson' | 'rejectedJson' | 'counterfactualJson'>;

/** What older versions stored did not say what it refutes. */
type StoredCounterfactual = Omit<TriedCounterfactual, 'refutes'> & Partial<Pick<Counterfactual, 'refutes'>>;

interface StoredParts extends Pick<Diagnosis, 'explainedShare' | 'doubt' | 'rejected'> {
  readonly counterfactual: TriedCounterfactual | null;
}

const parsed = <T>(json: string | null): T | null => (json === null ? null : (JSON.parse(json) as T));

function counterfactualFrom(json: string | null): TriedCounterfactual | null {
  const stored = parsed<StoredCounterfactual>(json);
  return stored && { refutes: [], ...stored };
}

/** The parts of a diagnosis that the graph holds as JSON, as the diagnosis gave them. */
export const storedParts = (row: Row): StoredParts => ({
  explainedShare: parsed(row.explainedJson),
  doubt: parsed(row.doubtJson),
  rejected: parsed(row.rejectedJson) ?? [],
  counterfactual: counterfactualFrom(row.counterfactualJson),
});
