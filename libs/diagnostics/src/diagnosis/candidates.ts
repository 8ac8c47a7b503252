import type { Layer } from '../measures.js';
import type { LineageDifference } from './result.js';

/** How a measure tells a cause; see {@link Expectation}. */
export type Telling = 'each' | 'together' | 'far' | 'beside';

/** What a cause does to a measure: lowers it, raises it, or leaves it as it is. */
export interface Expectation {
  readonly measure: string;
  readonly direction: -1 | 0 | 1;
  /** How much it tells this cause from the others of its layer. */
  readonly weight: number;
  /**
   * What makes it this cause. Of the measures that could be tested, every `each` must deviate by more than tissue does,
   * every `far` by twice as much; those `together` must move its way, most of them deviate, and on average by more than
   * tissue does; a `beside` must deviate, by however much, where another measure convicts that is not far itself.
   */
  readonly telling?: Telling;
}

export interface Candidate {
  readonly cause: string;
  readonly layer: Layer;
  readonly meaning: string;
  readonly expectations: readonly Expectation[];
  /** Measures, of whatever layer, that must not deviate the other way. */
  readonly unopposed: readonly { readonly measure: string; readonly direction: -1 | 1 }[];
  /** It may as well move every measure the other way. */
  readonly eitherWay: boolean;
  /**
   * What the box of healthy tissue that looks most like it scores at most, by its signature, standard errors: the largest of 148 clean
   * phantoms and two crops of medulla (seed 10800; `bench/diagnosis/healthy-scores.mjs`).
   */
  readonly tissueScore: number;
  /**
   * What such boxes score in which the walk names this very cause: as much or more in about one healthy volume of 1000, and from
   * `doubtScore` on in one of 200, by the exponential tails of the same volumes; higher where every fault scores far more.
   */
  readonly namedScore: number;
  readonly doubtScore: number;
  /** Lineage differences that fit it: stage and one of the six fields. */
  readonly lineage: readonly { readonly stage: string; readonly field: string }[];
}

const tellings: Readonly<Record<string, Telling>> = {
  '!': 'each',
  '^': 'together',
  '*': 'far',
  '&': 'beside',
};

const expect = (text: string): Expectation[] =>
  text.split(' ').map((word) => {
    const [, sign, measure, weight, mark] = /^([-+=])(\w+):([\d.]+)([!^*&]?)$/.exec(word)!;
    const direction = sign === '-' ? -1 : sign === '+' ? 1 : 0;
    const telling = tellings[mark];
    return { measure, direction, weight: Number(weight), ...(telling && { telling }) };
  });

/** Cells of the volumes whose scores these are. In a larger one there are more places for tissue to be unusual in. */
export const cellsOfHealthyScores = 384;

/** By cause, {@link Candidate.tissueScore}, {@link Candidate.namedScore} and {@link Candidate.doubtScore}. */
const healthyScores: Readonly<Record<string, readonly [number, number, number]>> = {
  stainingGradient: [5.1, 5.1, 4.4],
  defocus: [5.2, 5.3, 4.4],
  noise: [4.9, 6, 5],
  stretchedIllumination: [1.8, 3, 2.5],
  corruptTile: [1, 1, 1],
  missingSection: [1, 1, 1],
  sectionJump: [1, 1, 1],
  localMisregistration: [5.8, 5.8, 4.8],
  wrongThreshold: [1, 1, 1],
  otherModel: [5.2, 5.8, 5.1],
  blockLeftOut: [1, 1, 1],
  synapseThreshold: [4.3, 4.2, 3.6],
  skippedSynapseBlock: [5.5, 6, 5],
  partnerSwap: [5.1, 6, 5],
  lostEdges: [1, 1, 1],
  doubledEdges: [1, 1, 1],
  weightFilter: [1, 1, 1],
  fewerSynapses: [4.5, 4.6, 4],
};

const candidate = (
  layer: Layer,
  cause: string,
  meaning: string,
  expectations: string,
  lineage: string[] = [],
  { eitherWay = false, unopposed = [] }: Partial<Pick<Candidate, 'eitherWay' | 'unopposed'>> = {},
): Candidate => ({
  eitherWay,
  unopposed,
  tissueScore: healthyScores[cause][0],
  namedScore: healthyScores[cause][1],
  doubtScore: healthyScores[cause][2],
  layer,
  cause,
  meaning,
  expectations: expect(expectations),
  lineage: lineage.map((text) => {
    const [stage, field] = text.split('.');
    return { stage, field };
  }),
});

/**
 * Causes by layer, and how each moves the measures of its own layer: `-` lowers, `+` raises, `=` leaves; `!` marks the
 * telling ones, `^` those that tell together, `*` those beyond doubt alone, `&` what has to deviate beside them; what is `unopposed`
 * must not move the other way: where the network is surer than elsewhere, there are fewer membranes, not paler ones. What it does further down is not listed: that is what the dose-response
 * between layers is for.
 */
export const candidates: readonly Candidate[] = [
  candidate(
    'L1',
    'stainingGradient',
    'Membranes are stained less',
    '-membraneContrast:3^ -contrast:3^ -signalToNoise:2.5^ =focus:1.5 =noise:1 =saturation:1 =missing:2',
    ['ingest.inputs'],
    { unopposed: [{ measure: 'affinityAmbiguity', direction: 1 }] },
  ),
  candidate(
    'L1',
    'defocus',
    'The image is out of focus',
    '-focus:4! -membraneContrast:3! -contrast:2 -signalToNoise:1 =noise:1 =saturation:1 =missing:2',
    ['ingest.inputs'],
    { unopposed: [{ measure: 'affinityAmbiguity', direction: 1 }] },
  ),
  candidate(
    'L1',
    'noise',
    'The detector was noisy',
    '+noise:6! -signalToNoise:2 -membraneContrast:2 +contrast:1 =missing:2 =saturation:0.5',
    ['ingest.inputs'],
  ),
  candidate(
    'L1',
    'stretchedIllumination',
    'Grey levels are stretched to the ends of the range',
    '+contrast:4* +saturation:3 +signalToNoise:1 =missing:2 =focus:0.5',
    ['ingest.inputs', 'normalise.parameters'],
  ),
  candidate('L1', 'corruptTile', 'A part of sections has no image', '+missing:5! =missingSections:3', [
    'ingest.inputs',
  ]),
  candidate('L1', 'missingSection', 'Whole sections are missing', '+missing:2 +missingSections:5!', [
    'ingest.inputs',
  ]),
  candidate(
    'L2',
    'sectionJump',
    'The stack jumps between two sections',
    '+sectionJump:5! =residualMedianPx:0.5',
    ['solve.parameters', 'solve.code'],
  ),
  candidate(
    'L2',
    'localMisregistration',
    'Sections do not meet in a part of them',
    '+residualMedianPx:3! +residualP95Px:2 -neighbourCorrelation:1 -peakRatio:0.5 =sectionJump:1',
    ['solve.parameters', 'render.parameters', 'match.parameters'],
  ),
  candidate(
    'L3',
    'wrongThreshold',
    'Supervoxels were agglomerated at another threshold',
    '+decisionConflict:4! =unsegmented:2 =affinityAmbiguity:1.5',
    ['agglomerate.parameters', 'segment.parameters'],
  ),
  candidate(
    'L3',
    'otherModel',
    'Affinities come from another model',
    '+affinityAmbiguity:2& +splitIndex:2 +mergeIndex:2 +supervoxelDensity:1.5 +orphanDensity:1 =decisionConflict:2 =unsegmented:1.5',
    ['affinities.model', 'affinities.code'],
    { eitherWay: true },
  ),
  candidate(
    'L3',
    'blockLeftOut',
    'A block was not segmented',
    '+unsegmented:5! -supervoxelDensity:1 =decisionConflict:1 =affinityAmbiguity:0.5',
    ['supervoxels.inputs', 'supervoxels.code'],
  ),
  candidate(
    'L4',
    'synapseThreshold',
    'Synapses were found at another threshold',
    '-synapsesPerCleft:3! +synapseConfidence:2 =noSynapses:3 =directionSupport:1',
    ['synapses.parameters'],
    { eitherWay: true, unopposed: [{ measure: 'cleftFraction', direction: 1 }] },
  ),
  candidate(
    'L4',
    'skippedSynapseBlock',
    'Synapses of a block were left out',
    '-synapsesPerCleft:3! +noSynapses:3! =synapseConfidence:1.5',
    ['synapses.inputs', 'synapses.code'],
  ),
  candidate(
    'L4',
    'partnerSwap',
    'Pre- and postsynaptic partners are exchanged',
    '-directionSupport:5! =synapsesPerCleft:2',
    ['synapses.code', 'synapses.parameters'],
  ),
  candidate(
    'L5',
    'lostEdges',
    'Connections are missing from the graph',
    '+lostEdges:5! +lostHeavyEdges:1 =doubledEdges:2',
    ['graph.inputs', 'graph.code'],
  ),
  candidate('L5', 'doubledEdges', 'Connections were written twice', '+doubledEdges:4! =lostEdges:2', [
    'graph.inputs',
    'graph.code',
  ]),
  candidate(
    'L5',
    'weightFilter',
    'Connections were filtered by another weight',
    '+lostEdges:5! =lostHeavyEdges:4 =doubledEdges:2',
    ['graph.parameters'],
  ),
];

/** Whether one of the differences is of a stage and field that tell of a cause. */
export const isToldBy = ({ lineage }: Candidate, differences: readonly LineageDifference[]): boolean =>
  differences.some(({ stage, field }) => lineage.some((l) => l.stage === stage && l.field === field));

/** Fewer synapses on equally fewer clefts: no fault, but what a region is looked for by as well. */
export const fewerSynapses: Candidate = candidate(
  'L5',
  'fewerSynapses',
  'The tissue has fewer synapses',
  '-synapseDensity:1! -weightPerCableUm:1 -cleftFraction:1 =cableDensity:1',
);

/** Faults, and what is none. */
export const allCandidates: readonly Candidate[] = [...candidates, fewerSynapses];
