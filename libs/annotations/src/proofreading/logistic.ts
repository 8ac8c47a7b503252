/** A logistic model: intercept and a weight for each feature. */
export type Logistic<Feature extends string> = { readonly intercept: number } & Readonly<
  Record<Feature, number>
>;

export function probability<Feature extends string>(
  model: Logistic<Feature>,
  features: Readonly<Record<Feature, number>>,
): number {
  let logit = model.intercept;
  for (const name of Object.keys(features) as Feature[]) logit += model[name] * features[name];
  return 1 / (1 + Math.exp(-logit));
}

/** Of two segments that were left apart. */
export type SplitFeature = 'score' | 'logFaces' | 'logVoxels' | 'orphan' | 'deadEnd';
/** Of two parts that were joined. */
export type MergeFeature = 'score' | 'logFaces' | 'logVoxels';
export type SynapseFeature = 'confidence';
