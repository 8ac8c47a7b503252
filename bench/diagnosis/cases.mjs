/** Cases of the benchmark: which there are, and what is planted where; all from a seed. */
import { seededRandom } from '@stratome/core';
import { isMade } from '@stratome/diagnostics';
import { biologyKind, faults, kinds, placeOf } from './faults.mjs';

/** Lineage differences that do no harm, though some would tell of a cause if it were there. */
const harmless = [
  { stage: 'render', field: 'environment' },
  { stage: 'affinities', field: 'environment' },
  { stage: 'affinities', field: 'model' },
  { stage: 'agglomerate', field: 'code' },
  { stage: 'synapses', field: 'parameters' },
  { stage: 'normalise', field: 'parameters' },
];

/** Names a case within all results. */
export const keyOf = ({ kind, seed, volume }) => `${kind}/${seed}/${volume}`;

const difference = ({ stage, field }) => ({ stage, field, region: 'a', reference: 'b' });

/** How strong a fault is, from the least of its kind to 1. */
export function strengthOf(kind, random) {
  const { leastStrength = 0 } = faults[kind] ?? {};
  return leastStrength + (1 - leastStrength) * random.next();
}

/**
 * @param kind a fault, `fewerSynapses` or `clean`
 * @param seed of place, size, strength, silence and decoys
 * @param volume {name, shape}
 */
export function makeCase(kind, seed, { name, shape }) {
  const random = seededRandom(`diagnosis case/${kind}/${seed}`);
  const box = placeOf(kind, random, shape);
  const fault = faults[kind];
  const strength = strengthOf(kind, random);
  const silent = fault ? random.next() < 0.4 : false;
  const decoy = random.next() < 0.3 ? harmless[random.below(harmless.length)] : undefined;
  const lineage = [fault && !silent ? fault.lineage : undefined, decoy].filter(Boolean).map(difference);
  return { kind, seed, volume: name, box, strength, silent, decoy: decoy !== undefined, lineage };
}

/** Stages that work by section: what they made in another way is whole sections. */
const bySection = ['ingest', 'normalise', 'match', 'solve'];

/**
 * Where the lineage of a case differs from the rest of the volume: that of the fault where the fault is, a harmless
 * difference at a place of its own, which would tell of nothing if it were always where the fault is.
 */
export function lineageRegionsOf({ kind, seed, lineage, decoy }, planted, shape) {
  const random = seededRandom(`diagnosis lineage/${kind}/${seed}`);
  const elsewhere = placeOf(kind, random, shape);
  return lineage
    .map((difference, i) => {
      const { begin, end } = decoy && i === lineage.length - 1 ? elsewhere : planted;
      const region = bySection.includes(difference.stage)
        ? { begin: [begin[0], 0, 0], end: [end[0], shape[1], shape[2]] }
        : { begin, end };
      return { region, differences: [difference] };
    })
    .filter(({ differences: [told] }) => isMade(told));
}

/** What the right answer to a case is. */
export function truthOf({ kind }) {
  if (kind === 'clean') return { verdict: 'none', layer: null, cause: null };
  if (kind === biologyKind) return { verdict: 'biology', layer: null, cause: biologyKind };
  const { layer } = faults[kind];
  return { verdict: layer === 'L5' ? 'graph' : 'cause', layer, cause: kind };
}

const planted = kinds.filter((kind) => kind !== 'clean');

/** Clean cases among all: 150 beside 20 of each of the 18 other kinds. */
const cleanOf = (count) => Math.floor((count * 150) / (150 + 20 * planted.length));

/** Cases in all that hold `perKind` of each kind. */
export const casesFor = (perKind) => Math.ceil((perKind * (150 + 20 * planted.length)) / 20);

/** Kinds whose causes show without counting synapses: on real tissue the synapse network is not calibrated. */
const onRealTissue = planted.filter(
  (kind) => faults[kind] && ['L1', 'L2', 'L3'].includes(faults[kind].layer),
);

/**
 * The first `count` cases of a seed, in an order in which every beginning is balanced: kinds in turn, clean volumes
 * spread among them. A round of all kinds shares its phantom, seed + 100 + round; each clean case has a phantom of its
 * own. A quarter of the cases of L1 to L3 are on real tissue, and clean cases 9, 19, …, once on each crop.
 *
 * @param reals names of crops of real tissue; may be empty
 * @returns {kind, seed, volume, shared}: shared where other cases start from the same volume
 */
export function schedule(count, seed, reals) {
  const phantom = (index) => `phantom-${seed + 100 + index}`;
  const rounds = Math.ceil((count - cleanOf(count)) / planted.length);
  return Array.from({ length: count }, (_, i) => {
    const clean = cleanOf(i);
    if (cleanOf(i + 1) > clean) {
      const real = clean % 10 === 9 ? reals[Math.floor(clean / 10)] : undefined;
      return {
        kind: 'clean',
        seed: seed + clean,
        volume: real ?? phantom(clean),
        shared: real !== undefined || clean < rounds,
      };
    }
    const [round, at] = [Math.floor((i - clean) / planted.length), (i - clean) % planted.length];
    const kind = planted[at];
    const real = reals.length > 0 && onRealTissue.includes(kind) && (round + at) % 4 === 3;
    const volume = real ? reals[(round + at) % reals.length] : phantom(round);
    return { kind, seed: seed + round, volume, shared: true };
  });
}
