import { describe, expect, it } from 'vitest';
import { attribute } from './attribution.js';
import type { Evidence } from './evidence.js';
import { markers } from './markers.js';
import type { LineageDifference } from './result.js';

/** Evidence of a score of 8 either way that deviates, none of which anything else explains. */
function evidence(measure: string, effect: number, deviates = true): Evidence {
  const marker = markers.get(measure)!;
  const score = deviates ? 8 * Math.sign(effect) : 0;
  const p = deviates ? 0.001 : 1;
  return {
    measure,
    layer: marker.layer,
    effect,
    interval: [effect, effect],
    regionMean: effect,
    // Synapses a cleft are judged by the share of it that is missing.
    referenceMean: 1500,
    score,
    p,
    deviates,
    own: { effect, score, p, deviates },
  };
}

function leadOf(cause: string, ...all: Evidence[]): string | undefined {
  return leadWith([], cause, ...all);
}

function leadWith(lineage: LineageDifference[], cause: string, ...all: Evidence[]): string | undefined {
  const found = new Map(all.map((e) => [e.measure, e]));
  const attributions = attribute({ found, untested: new Map(), expectedSynapses: 500 }, lineage, {
    toldShare: 0.6,
  });
  return attributions.find(({ candidate }) => candidate.cause === cause)!.lead?.measure;
}

describe('what tells a cause', () => {
  it('is every telling measure, each by more than tissue does', () => {
    const blurred = evidence('focus', -0.2);
    expect(leadOf('defocus', blurred, evidence('membraneContrast', -2))).toBeDefined();
    expect(leadOf('defocus', blurred, evidence('membraneContrast', -0.9))).toBeUndefined();
    expect(leadOf('defocus', blurred, evidence('membraneContrast', 2))).toBeUndefined();
    expect(leadOf('defocus', blurred)).toBe('focus');
  });

  it('of staining is what its measures say together: one may fall short where the others leave no doubt', () => {
    const [contrast, membranes] = [evidence('contrast', -20), evidence('membraneContrast', -2)];
    expect(leadOf('stainingGradient', contrast, membranes, evidence('signalToNoise', -2))).toBeDefined();
    expect(
      leadOf('stainingGradient', contrast, membranes, evidence('signalToNoise', -0.8, false)),
    ).toBeUndefined();
    const noisy = { ...evidence('signalToNoise', -1), deviates: false };
    const short = { ...noisy, own: { effect: -1, score: -3, p: 0.02, deviates: false } };
    expect(leadOf('stainingGradient', contrast, membranes, short)).toBeDefined();
    expect(leadOf('stainingGradient', contrast, evidence('membraneContrast', -0.5), short)).toBeUndefined();
    expect(leadOf('stainingGradient', contrast, membranes, evidence('signalToNoise', 0.5))).toBeUndefined();
    expect(leadOf('stainingGradient', contrast)).toBeDefined();
  });

  it('of stretched grey levels is a contrast that no tissue comes near', () => {
    expect(leadOf('stretchedIllumination', evidence('contrast', 20))).toBeUndefined();
    expect(leadOf('stretchedIllumination', evidence('contrast', 40))).toBe('contrast');
  });

  it('of a synapse threshold is fewer synapses of a cleft, while there are as many clefts', () => {
    const surer = evidence('synapseConfidence', 0.05);
    const fewer = evidence('synapsesPerCleft', -600);
    expect(leadOf('synapseThreshold', surer, fewer)).toBeDefined();
    expect(leadOf('synapseThreshold', surer, evidence('synapsesPerCleft', -450))).toBeUndefined();
    expect(leadOf('synapseThreshold', fewer, evidence('cleftFraction', -0.01))).toBeUndefined();
    expect(leadOf('synapseThreshold', fewer, evidence('cleftFraction', -0.01, false))).toBeDefined();
  });

  it('against what a cause usually does is asked for twice', () => {
    expect(leadOf('synapseThreshold', evidence('synapsesPerCleft', 600))).toBeUndefined();
    expect(leadOf('synapseThreshold', evidence('synapsesPerCleft', 1200))).toBe('synapsesPerCleft');
  });

  it('is asked for less where the lineage tells how else it was made, and not where only inputs differ', () => {
    const differs = (field: 'parameters' | 'inputs'): LineageDifference => ({
      stage: 'synapses',
      field,
      region: '2',
      reference: '1',
    });
    const fewer = evidence('synapsesPerCleft', -400);
    expect(leadOf('synapseThreshold', fewer)).toBeUndefined();
    expect(leadWith([differs('parameters')], 'synapseThreshold', fewer)).toBe('synapsesPerCleft');
    expect(leadWith([differs('inputs')], 'synapseThreshold', fewer)).toBeUndefined();
    const none = evidence('synapsesPerCleft', 1, false);
    expect(leadWith([differs('parameters')], 'synapseThreshold', none)).toBeUndefined();
  });

  it('counts what covariates leave of an effect', () => {
    const explained = evidence('contrast', -20);
    const own = { effect: -1, score: -0.3, p: 0.8, deviates: false };
    expect(leadOf('stainingGradient', { ...explained, own })).toBeUndefined();
  });

  it('is no staining where the network is surer than elsewhere: there are fewer membranes', () => {
    const paler = [evidence('contrast', -20), evidence('signalToNoise', -2)];
    expect(leadOf('stainingGradient', ...paler, evidence('affinityAmbiguity', 0.05))).toBe('contrast');
    expect(leadOf('stainingGradient', ...paler, evidence('affinityAmbiguity', -0.02))).toBeUndefined();
  });

  it('of another model is an unsure network, or objects that are far from what tissue makes', () => {
    const sure = evidence('affinityAmbiguity', 0.001, false);
    const unsure = evidence('affinityAmbiguity', 0.02);
    expect(leadOf('otherModel', evidence('splitIndex', 0.2), unsure)).toBe('splitIndex');
    expect(leadOf('otherModel', evidence('splitIndex', 0.2), sure)).toBeUndefined();
    expect(leadOf('otherModel', evidence('splitIndex', 0.5), sure)).toBe('splitIndex');
    const differs = { stage: 'affinities', field: 'model', region: '2', reference: '1' } as const;
    expect(leadWith([differs], 'otherModel', evidence('splitIndex', 0.15), sure)).toBe('splitIndex');
    expect(leadOf('otherModel', evidence('affinityAmbiguity', 0.04))).toBe('affinityAmbiguity');
    expect(leadOf('otherModel', evidence('affinityAmbiguity', -0.04))).toBeUndefined();
  });
});
