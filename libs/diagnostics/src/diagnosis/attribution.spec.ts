import { describe, expect, it } from 'vitest';
import { attribute } from './attribution.js';
import type { Evidence } from './evidence.js';
import { markers } from './markers.js';

/** Evidence of a score of 8 either way that deviates; it convicts where the effect is as large as tissue reaches. */
function evidence(measure: string, effect: number, deviates = true): Evidence {
  const marker = markers.get(measure)!;
  const score = deviates ? 8 * Math.sign(effect) : 0;
  return {
    measure,
    layer: marker.layer,
    effect,
    interval: [effect, effect],
    regionMean: effect,
    referenceMean: 0,
    score,
    p: deviates ? 0.001 : 1,
    deviates,
    convicts: deviates && Math.abs(effect) >= (marker.tissueEffect ?? 0),
  };
}

function leadOf(cause: string, ...all: Evidence[]): string | undefined {
  const found = new Map(all.map((e) => [e.measure, e]));
  const attributions = attribute({ found, untested: new Map(), expectedSynapses: 500 }, []);
  return attributions.find(({ candidate }) => candidate.cause === cause)!.lead?.measure;
}

describe('what tells a cause', () => {
  it('is every telling measure, each by more than tissue does', () => {
    const contrast = evidence('contrast', -20);
    expect(leadOf('stainingGradient', contrast, evidence('signalToNoise', -2))).toBe('contrast');
    expect(leadOf('stainingGradient', contrast, evidence('signalToNoise', -0.5))).toBeUndefined();
    expect(leadOf('stainingGradient', contrast, evidence('signalToNoise', 2))).toBeUndefined();
    expect(leadOf('stainingGradient', contrast)).toBe('contrast');
  });

  it('of stretched grey levels is a contrast that no tissue comes near', () => {
    expect(leadOf('stretchedIllumination', evidence('contrast', 20))).toBeUndefined();
    expect(leadOf('stretchedIllumination', evidence('contrast', 40))).toBe('contrast');
  });

  it('of a synapse threshold is surer synapses beside fewer of them, by however much', () => {
    const surer = evidence('synapseConfidence', 0.05);
    expect(leadOf('synapseThreshold', surer, evidence('synapsesPerCleft', -500))).toBe('synapseConfidence');
    expect(leadOf('synapseThreshold', surer, evidence('synapsesPerCleft', -500, false))).toBeUndefined();
    const unsure = evidence('synapseConfidence', 0.01, false);
    expect(leadOf('synapseThreshold', unsure, evidence('synapsesPerCleft', -500))).toBeUndefined();
    expect(leadOf('synapseThreshold', unsure, evidence('synapsesPerCleft', -900))).toBe('synapsesPerCleft');
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
  });
});
