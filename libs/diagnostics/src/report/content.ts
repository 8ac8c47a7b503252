import type { BlockGrid, Box, Vec3 } from '@stratome/core';
import type { Counterfactual } from '../diagnosis/counterfactual.js';
import type { Evidence } from '../diagnosis/evidence.js';
import type { Doubt, Rejected, Verdict } from '../diagnosis/result.js';
import type { QualityField } from '../field.js';
import type { Layer } from '../measures.js';

/** One layer of the walk, as a diagnosis stored it. */
export interface ReportStep {
  readonly layer: Layer;
  readonly verdict: 'untested' | 'normal' | 'follows' | 'origin';
  readonly measure: string | null;
  readonly measures: readonly Evidence[];
}

export interface ReportDiagnosis {
  readonly diagnosisId: string;
  readonly verdict: Verdict;
  readonly layer: Layer | null;
  readonly cause: string | null;
  readonly confidence: number;
  readonly explainedShare: number | null;
  readonly region: Box;
  /** Null but where it is the reason why the verdict is `insufficient`. */
  readonly doubt: Doubt | null;
  /** From L5 down to L1. */
  readonly steps: readonly ReportStep[];
  readonly rejected: readonly Rejected[];
  /** What making the region again showed; null where nobody tried it. */
  readonly counterfactual: Counterfactual | null;
}

/** A stage as it was run: what a methods section has to name. */
export interface ReportRun {
  readonly stage: string;
  readonly layer: Layer;
  readonly codeRevision: string;
  readonly codeDirty: boolean;
  readonly modelId: string;
  readonly modelHash: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly executionProvider: string;
}

export interface ReportFlag {
  readonly id: string;
  readonly box: Box;
  readonly severity: string;
  readonly layer: string | null;
  readonly reason: string;
  readonly author: string;
}

/** Everything that a report of the spatial quality of a dataset says, before it has a form. */
export interface ReportContent {
  readonly dataset: string;
  readonly description: string | null;
  /** Nanometres along z, y, x. */
  readonly voxelNm: Vec3;
  /** Aligned volume, z, y, x, voxels. */
  readonly shape: Vec3;
  /** The revision that was diagnosed. */
  readonly revision: bigint;
  readonly diagnosis: ReportDiagnosis;
  readonly grid: BlockGrid;
  readonly cells: readonly QualityField[];
  readonly flags: readonly ReportFlag[];
  readonly runs: readonly ReportRun[];
  /** Parameters of the diagnosis, by name. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What documents are made of; one for HTML and Markdown. */
export type ReportBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** `name` is that of its file, where figures are files. */
  | { readonly kind: 'figure'; readonly name: string; readonly svg: string; readonly caption: string };
