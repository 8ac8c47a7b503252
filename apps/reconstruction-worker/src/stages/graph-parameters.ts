import { z } from 'zod';

const confidence = z.number().min(0).max(1);

/** From which confidence a synapse counts, in neuPrint's terms. */
export const graphParameters = z.object({
  postHighAccuracy: confidence
    .default(0.5)
    .describe('Confidence from which a postsynaptic site counts in `weight`, 0 to 1'),
  postHP: confidence
    .default(0.7)
    .describe('Confidence from which a postsynaptic site counts in `weightHP` (high precision), 0 to 1'),
  preHP: confidence
    .default(0.5)
    .describe('Confidence from which a presynaptic site is of high precision, 0 to 1'),
});

export type GraphParameters = z.infer<typeof graphParameters>;
