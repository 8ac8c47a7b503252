import type { Box } from '@stratome/core';
import type { QualityField } from '../field.js';
import type { Layer } from '../measures.js';
import { attribute, rankWithin, type Attribution } from './attribution.js';
import { explainedShare } from './doseResponse.js';
import { timesTissue, type Comparison, type Evidence, type GatheredEvidence } from './evidence.js';
import { isFrom, layersDownward, markerOf } from './markers.js';
import type { Diagnosis, LayerStep, LineageDifference, Rejected } from './result.js';

/** Connectivity, the loudest first in importance: what a deficit is measured by. */
const connectivity = ['weightPerCableUm', 'connectionsPerNeuron', 'synapseDensity'] as const;

const loudest = (evidence: readonly Evidence[]): Evidence | undefined =>
  [...evidence].sort((a, b) => Math.abs(b.score) - Math.abs(a.score))[0];

/** What is no fault: the tissue has fewer synapses. */
const fewerSynapses = 'fewerSynapses';

interface Origin {
  readonly attribution: Attribution;
  readonly probability: number;
}

/** Evidence of a layer that compares stored results exactly and that no layer above or below could have moved. */
function exactOrigin(
  attributions: readonly Attribution[],
  rank: (layer: Layer) => Origin[],
): Origin | undefined {
  for (const layer of layersDownward.toReversed()) {
    const convicted = attributions.some(
      (a) => a.candidate.layer === layer && a.lead && markerOf(a.lead.measure)!.exact,
    );
    if (convicted) return rank(layer)[0];
  }
  return undefined;
}

/** Below this share of a deeper layer's own finding, with its interval, an upstream oddity does not explain it. */
const leastShare = 0.5;

/**
 * Whether an effect is so far beyond what tissue does that nothing deeper can make it an oddity: but for what is ten times as far,
 * as a block that was not segmented at all.
 */
const isDecided = (evidence: Evidence, deeper: Evidence): boolean =>
  timesTissue(evidence) >= 1.5 && timesTissue(deeper) < 10 * timesTissue(evidence);

/**
 * Shares that must be missing for the tissue to be said to have fewer synapses. Of 662 boxes of a third to a half of 112 clean
 * phantoms none lacks as much of both; single ones lack up to 0.70 of the one and 0.65 of the other.
 */
const leastLoss = { synapseDensity: 0.4, weightPerCableUm: 0.5 };

/** Of the share of synapses that is missing, as much must be missing of the clefts that the network sees. */
const leastCleftLoss = 2 / 3;

/** Share of what the reference has that a region lacks; below 0 where it has more. */
const lossOf = ({ effect, referenceMean }: Evidence): number => -effect / referenceMean;

/** What is walked. */
export interface Place {
  readonly region: Box;
  /** Of the region, against its reference. */
  readonly lineage: readonly LineageDifference[];
  /** Causes that are not at work there. */
  readonly refuted: ReadonlySet<string>;
}

class Walk {
  private readonly attributions: Attribution[];

  constructor(
    private readonly evidence: GatheredEvidence,
    private readonly fields: readonly QualityField[],
    private readonly comparison: Comparison,
    private readonly place: Place,
  ) {
    this.attributions = attribute(evidence, place.lineage, comparison.parameters).map((a) =>
      place.refuted.has(a.candidate.cause) ? { ...a, lead: undefined } : a,
    );
  }

  private rank = (layer: Layer): Origin[] => rankWithin(this.attributions, layer, this.comparison.parameters);

  private share(cause: Evidence, effect: Evidence) {
    const field = (name: string) => this.fields.find(({ measure }) => measure === name);
    const [dose, response] = [field(cause.measure), field(effect.measure)];
    if (!dose || !response || cause.measure === effect.measure) return undefined;
    return explainedShare(
      dose,
      response,
      cause.effect,
      effect.effect,
      this.comparison.region,
      markerOf(cause.measure)!.leastEffect,
      200,
      `${this.comparison.parameters.seed}/${cause.measure}/${effect.measure}`,
    );
  }

  /**
   * The most upstream layer with a cause that its own measures speak for, unless a layer below it has a finding of its
   * own which the upstream oddity hardly explains: every difference of tissue shows in L1.
   */
  private origin(): Origin | undefined {
    const exact = exactOrigin(this.attributions, this.rank);
    if (exact) return exact;
    const upstreamFirst = layersDownward.toReversed().flatMap((layer) => this.rank(layer).slice(0, 1));
    for (const [at, origin] of upstreamFirst.entries()) {
      const deeper = upstreamFirst.slice(at + 1);
      if (!deeper.some((d) => this.isIndependent(origin, d))) return origin;
    }
    return undefined;
  }

  private isIndependent(upstream: Origin, deeper: Origin): boolean {
    const [cause, effect] = [upstream.attribution.lead!, deeper.attribution.lead!];
    if (isDecided(cause, effect) || Math.abs(cause.own.score) >= Math.abs(effect.own.score)) return false;
    const share = this.share(cause, effect);
    return share !== undefined && share.outside && share.interval[1] < leastShare;
  }

  /** Fewer synapses and fewer clefts in the same measure, and nothing else. */
  private isBiology(): boolean {
    const { found } = this.evidence;
    const density = found.get('synapseDensity');
    if (!density?.deviates || lossOf(density) < leastLoss.synapseDensity) return false;
    // Where there is less cable there are fewer synapses; that is no lack of them.
    const decisive = found.get('weightPerCableUm') ?? density;
    const cleft = found.get('cleftFraction');
    return (
      decisive.deviates &&
      lossOf(decisive) >= leastLoss.weightPerCableUm &&
      (!cleft || lossOf(cleft) >= leastCleftLoss * lossOf(density))
    );
  }

  /** Whether connectivity itself could not be tested: too few synapses, or none measured. */
  private isInsufficient(): boolean {
    return connectivity.every((measure) => !this.evidence.found.has(measure));
  }

  run(): Diagnosis {
    const origin = this.origin();
    const base = { region: this.place.region, doubt: null, rejected: this.rejected(origin) };
    if (origin) {
      const { candidate, lead } = origin.attribution;
      return {
        ...base,
        verdict: candidate.layer === 'L5' ? 'graph' : 'cause',
        layer: candidate.layer,
        cause: candidate.cause,
        confidence: this.confidence(origin),
        explainedShare: this.explained(origin),
        steps: this.steps(candidate.layer, lead),
      };
    }
    const verdict = this.isBiology() ? 'biology' : this.isInsufficient() ? 'insufficient' : 'none';
    return {
      ...base,
      verdict,
      layer: null,
      cause: verdict === 'biology' ? fewerSynapses : null,
      confidence: verdict === 'insufficient' ? 0 : 0.9,
      explainedShare: null,
      steps: this.steps(),
    };
  }

  /** Probability within the layer, less what the weakness of the evidence leaves open. */
  private confidence({ attribution, probability }: Origin): number {
    const { leastScore } = this.comparison.parameters;
    const strength = 1 - Math.exp(-Math.abs(attribution.lead!.own.score) / leastScore);
    return Math.round(1000 * probability * strength) / 1000;
  }

  private explained({ attribution: { lead } }: Origin): Diagnosis['explainedShare'] {
    const downstream = [...this.evidence.found.values()].filter(
      (e) => e.deviates && isFrom(e.layer, lead!.layer) && e.measure !== lead!.measure,
    );
    const deficit =
      connectivity.map((m) => downstream.find((e) => e.measure === m)).find((e) => e) ??
      loudest(downstream.filter((e) => e.layer !== lead!.layer));
    const share = deficit && this.share(lead!, deficit);
    return share ? { ...share, of: deficit.measure, by: lead!.measure } : null;
  }

  private steps(originLayer?: Layer, lead?: Evidence): LayerStep[] {
    return layersDownward.map((layer) => {
      const measures = [...this.evidence.found.values()].filter((e) => e.layer === layer);
      const deviating = measures.filter((e) => e.deviates);
      const spokesman = layer === originLayer && lead ? lead : (loudest(deviating) ?? loudest(measures));
      const untested = [...this.evidence.untested]
        .filter(([measure]) => markerOf(measure)!.layer === layer)
        .map(([measure, why]) => ({ measure, why }));
      // A recount that agrees does not make connectivity normal where it could not be tested.
      const untestable = measures.length === 0 || (layer === 'L5' && this.isInsufficient());
      const quiet = untestable ? 'untested' : 'normal';
      const verdict = layer === originLayer ? 'origin' : deviating.length > 0 ? 'follows' : quiet;
      return {
        layer,
        verdict,
        ...(spokesman && {
          measure: spokesman.measure,
          effect: spokesman.effect,
          interval: spokesman.interval,
          p: spokesman.p,
        }),
        measures,
        lineage: this.place.lineage.filter(({ stage }) => layerOfStage(stage) === layer),
        untested,
      };
    });
  }

  private rejected(origin: Origin | undefined): Rejected[] {
    const faults = this.attributions
      .filter((a) => a.candidate !== origin?.attribution.candidate)
      .map((a) => ({ cause: a.candidate.cause, why: this.whyNot(a, origin) }));
    const biology = origin || !this.isBiology();
    return biology ? [...faults, { cause: fewerSynapses, why: this.whyNotBiology(origin) }] : faults;
  }

  private whyNotBiology(origin: Origin | undefined): string {
    const { found, untested } = this.evidence;
    if (origin)
      return `${origin.attribution.lead!.measure} deviates, which fewer synapses would leave as it is.`;
    const density = found.get('synapseDensity');
    if (!density)
      return `synapseDensity was not tested: ${untested.get('synapseDensity') ?? 'not measured'}.`;
    if (!density.deviates)
      return `synapseDensity is as tissue varies by itself (score ${density.score.toFixed(1)}).`;
    if (lossOf(density) < leastLoss.synapseDensity)
      return `synapseDensity is ${Math.round(100 * (1 - lossOf(density)))} % of the reference's, and at most ${100 * (1 - leastLoss.synapseDensity)} % are asked for.`;
    return 'synapseDensity is lower, but the weight per cable or the clefts that the network sees are not as much lower.';
  }

  private whyNot(
    { candidate, lead, against, lineageShare }: Attribution,
    origin: Origin | undefined,
  ): string {
    if (this.place.refuted.has(candidate.cause))
      return 'Made again as the rest was, the region still deviates as it did.';
    const lineage = lineageShare > 0 ? 'The lineage differs there, but ' : '';
    if (!lead) return `${lineage}nothing that it would move deviates: ${against}.`;
    if (origin && candidate.layer !== origin.attribution.candidate.layer)
      return `${lineage}${lead.measure} deviates, and follows from ${origin.attribution.candidate.layer}.`;
    return `${lineage}${against}.`;
  }
}

const stageLayers: Readonly<Record<string, Layer>> = {
  ingest: 'L1',
  flatten: 'L1',
  normalise: 'L1',
  rawvolume: 'L1',
  montage: 'L2',
  match: 'L2',
  solve: 'L2',
  render: 'L2',
  residual: 'L2',
  affinities: 'L3',
  supervoxels: 'L3',
  edges: 'L3',
  agglomerate: 'L3',
  segment: 'L3',
  objects: 'L4',
  shapes: 'L4',
  synapsemaps: 'L4',
  synapses: 'L4',
  synapsemerge: 'L4',
  recheck: 'L4',
  pyramids: 'L5',
  graph: 'L5',
};

const layerOfStage = (stage: string): Layer | undefined => stageLayers[stage];

/** From evidence to a verdict; see `diagnose`. */
export function walk(
  evidence: GatheredEvidence,
  fields: readonly QualityField[],
  comparison: Comparison,
  place: Place,
): Diagnosis {
  return new Walk(evidence, fields, comparison, place).run();
}
