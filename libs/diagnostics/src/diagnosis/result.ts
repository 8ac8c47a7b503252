import type { Box } from '@stratome/core';
import type { Layer } from '../measures.js';
import type { ExplainedShare } from './doseResponse.js';
import type { Evidence } from './evidence.js';

/** A place where a measure stands out. */
export interface Anomaly {
  readonly region: Box;
  readonly layer: Layer;
  readonly measure: string;
  /** Of the diagnosed region: its mean less the reference's; else its cells' mean less the median of all. */
  readonly effect: number;
  /** Of the diagnosed region: that of the block test; else the smallest of its cells, false discoveries controlled. */
  readonly p: number;
  readonly cells: number;
}

/** One of the six fields of a stage run that differs between the region and its reference. */
export interface LineageDifference {
  readonly stage: string;
  readonly field: 'inputs' | 'code' | 'model' | 'parameters' | 'environment' | 'outputs';
  readonly region: string;
  readonly reference: string;
}

/** Whether a difference is one of how something was made: what it was made from differs between any two places. */
export const isMade = ({ field }: LineageDifference): boolean => field !== 'inputs' && field !== 'outputs';

/** A part of the volume that was made in another way than most of it. */
export interface LineageRegion {
  readonly region: Box;
  readonly differences: readonly LineageDifference[];
}

/**
 * `cause`: a fault of a layer; `biology`: the tissue is so; `graph`: the stored graph disagrees with its synapses;
 * `none`: nothing deviates; `insufficient`: too little data to say.
 */
export type Verdict = 'cause' | 'biology' | 'graph' | 'none' | 'insufficient';

export interface LayerStep {
  readonly layer: Layer;
  /** `origin`: the cause lies here; `follows`: it deviates as the origin leads to expect, or for no reason of its own. */
  readonly verdict: 'untested' | 'normal' | 'follows' | 'origin';
  /** Of the measure that speaks loudest; absent when nothing was tested. */
  readonly measure?: string;
  readonly effect?: number;
  readonly interval?: readonly [number, number];
  readonly p?: number;
  readonly measures: readonly Evidence[];
  readonly lineage: readonly LineageDifference[];
  /** Why measures were not tested. */
  readonly untested: readonly { readonly measure: string; readonly why: string }[];
}

export interface Rejected {
  readonly cause: string;
  readonly why: string;
}

export interface Diagnosis {
  readonly verdict: Verdict;
  readonly layer: Layer | null;
  readonly cause: string | null;
  /** 0 to 1; see docs/diagnosis.md for what it is worth. */
  readonly confidence: number;
  readonly region: Box;
  /** Of the connectivity (or else the loudest downstream) effect; null where the verdict names no cause. */
  readonly explainedShare: (ExplainedShare & { readonly of: string; readonly by: string }) | null;
  /** From L5 down to L1. */
  readonly steps: readonly LayerStep[];
  readonly rejected: readonly Rejected[];
}

export interface DiagnosisReport {
  readonly anomalies: readonly Anomaly[];
  readonly diagnosis: Diagnosis;
}
