import type { Box } from '@stratome/core';
import type { Layer } from '../measures.js';
import type { ExplainedShare } from './doseResponse.js';
import type { Evidence } from './evidence.js';

/**
 * How an anomaly shows. `region`: the diagnosed region deviates from its reference; `outlier`: cells, or sections, whose
 * robust scores are far out; `gradient`: cells that move together with their neighbours, though none need be far out;
 * `jump`: between two sections the level of a measure changes.
 */
export type AnomalyPattern = 'region' | 'outlier' | 'gradient' | 'jump';

/** A place where a measure stands out. */
export interface Anomaly {
  readonly region: Box;
  readonly layer: Layer;
  readonly measure: string;
  readonly pattern: AnomalyPattern;
  /** What it was found in: quality cells, or whole sections. */
  readonly grid: 'cell' | 'section';
  /**
   * In the measure's unit. Of a region: its mean less the reference's; of outliers: their mean less the median of all; of a
   * gradient: the mean less that of all others, without what tissue and earlier layers lead to expect; of a jump: the mean after
   * less the mean before.
   */
  readonly effect: number;
  /**
   * Of a region: that of the block test; of outliers: the smallest, of a gradient: that of Moran's I over the field, of a jump:
   * that of the step, false discoveries controlled.
   */
  readonly p: number;
  /** Cells, or sections. */
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

/** Causes that are not at work in a region, as making it again has shown. */
export interface Refuted {
  readonly region: Box;
  readonly causes: readonly string[];
}

/**
 * `cause`: a fault of a layer; `biology`: the tissue is so; `graph`: the stored graph disagrees with its synapses;
 * `none`: nothing deviates; `insufficient`: too little data to say, or a search found what tissue looks like now and then.
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

/** What a region looks like, where that is too little for a search to name it. */
export interface Doubt {
  /** Null for fewer synapses, which are no fault of a layer. */
  readonly layer: Layer | null;
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
  /** Null but where the verdict is `insufficient` because of it. */
  readonly doubt: Doubt | null;
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
