/** Cases of the benchmark: what is planted where, all from a seed. */
import { seededRandom } from '@stratome/core';
import { biologyKind, faults, randomBox } from './faults.mjs';

/** Lineage differences that do no harm. */
const harmless = [
  { stage: 'render', field: 'environment' },
  { stage: 'affinities', field: 'environment' },
  { stage: 'agglomerate', field: 'code' },
  { stage: 'synapses', field: 'parameters' },
  { stage: 'normalise', field: 'parameters' },
];

const difference = ({ stage, field }) => ({ stage, field, region: 'a', reference: 'b' });

/**
 * @param kind a fault, `fewerSynapses` or `clean`
 * @param seed of place, size, strength, silence and decoys
 * @param volume {name, shape}
 */
export function makeCase(kind, seed, { name, shape }) {
  const random = seededRandom(`diagnosis case/${kind}/${seed}`);
  const box = randomBox(random, shape, kind);
  const strength = random.next();
  const fault = faults[kind];
  const silent = fault ? random.next() < 0.4 : false;
  const decoy = random.next() < 0.3 ? harmless[random.below(harmless.length)] : undefined;
  const lineage = [fault && !silent ? fault.lineage : undefined, decoy].filter(Boolean).map(difference);
  return { kind, seed, volume: name, box, strength, silent, decoy: decoy !== undefined, lineage };
}

/** What the right answer to a case is. */
export function truthOf({ kind }) {
  if (kind === 'clean') return { verdict: 'none', layer: null, cause: null };
  if (kind === biologyKind) return { verdict: 'biology', layer: null, cause: biologyKind };
  const { layer } = faults[kind];
  return { verdict: layer === 'L5' ? 'graph' : 'cause', layer, cause: kind };
}
