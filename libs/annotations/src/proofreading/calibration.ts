import type { Logistic, MergeFeature, SplitFeature, SynapseFeature } from './logistic.js';

/*
 * Probabilities of error, fitted on the decisions of the stages on phantoms 170, 171 and 172 (96×192×256 voxels at 10 nm,
 * shipped networks) against their truth, agglomerated at thresholds 0.05 to 0.5: what a contact's mean affinity says does
 * not depend on the threshold. `bench/proofreading` fits and tests them. Tissue unlike the phantom may err at another
 * rate: the order that they give is what they are for.
 */

/** Two segments left apart that are one neurite: 187 of 4023 contacts whose smaller side has 1000 voxels and more. */
export const splitError: Logistic<SplitFeature> = {
  intercept: 4.221,
  score: 9.554,
  logFaces: -0.989,
  logVoxels: -1.351,
  orphan: -0.631,
  deadEnd: 0.212,
};

/** Two parts joined that are different cells: 193 of 6372 merges whose smaller side has 1000 voxels and more. */
export const mergeError: Logistic<MergeFeature> = {
  intercept: 0.076,
  score: -10.011,
  logFaces: 1.239,
  logVoxels: -0.255,
};

/** A synapse with both partners that is none: 16 of 479. */
export const falseSynapse: Logistic<SynapseFeature> = { intercept: -0.945, confidence: -3.983 };

/** A synapse that lacks a partner and is real. The phantoms had none to fit on: its confidence is taken as it is. */
export const missingPartner: Logistic<SynapseFeature> = { intercept: -2, confidence: 4 };

/** A skeleton's end from which the neurite goes on: 28 of 345. */
export const openEnd = 28 / 345;
