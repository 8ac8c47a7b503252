import { badInput } from '@stratome/core';

/** How sure the number of synapses of a connection is. */
export interface WeightUncertainty {
  /** Synapses to be expected among the contacts that were found. */
  readonly expected: number;
  /** Synapses. */
  readonly standardDeviation: number;
  /** Probability that at least one of the contacts is a synapse. */
  readonly probabilityOfAny: number;
}

/**
 * The number of true synapses among contacts of which each is one with its own probability, independently, has the
 * Poisson binomial distribution: mean Σp, variance Σp(1−p), none with probability Π(1−p). (Y. H. Wang: On the number of
 * successes in independent trials. Statistica Sinica 3, 295–312, 1993.)
 *
 * It counts what was found: synapses that no candidate was proposed for are in no figure. Confidences are taken for
 * probabilities, which they are as far as the model was calibrated. Errors of one connection that go together, a body
 * wrongly merged for one, make it less sure than the standard deviation says.
 *
 * @param confidences of all contacts of the connection, 0 to 1
 * @throws StratomeError badInput for a confidence outside 0 to 1
 */
export function weightUncertainty(confidences: readonly number[]): WeightUncertainty {
  let [expected, variance, none] = [0, 0, 1];
  for (const p of confidences) {
    if (!(p >= 0 && p <= 1))
      throw badInput(`${p} is no confidence.`, 'Confidences are probabilities, 0 to 1.');
    expected += p;
    variance += p * (1 - p);
    none *= 1 - p;
  }
  return { expected, standardDeviation: Math.sqrt(variance), probabilityOfAny: 1 - none };
}
