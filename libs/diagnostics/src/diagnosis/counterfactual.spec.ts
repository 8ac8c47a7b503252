import { describe, expect, it } from 'vitest';
import { compareMadeAgain, diagnoseAndTry, layerToTry } from './counterfactual.js';
import { diagnose } from './diagnose.js';
import type { Layer } from '../measures.js';
import type { Diagnosis } from './result.js';
import { inputOf, parameters, region, scaled, tissue, type Change } from './tissueFields.fixture.js';

const model: Change = { affinityAmbiguity: scaled(2), splitIndex: (v) => v + 0.4 };
const threshold: Change = {
  synapseDensity: scaled(0.4),
  synapsesPerCleft: scaled(0.4),
  synapseConfidence: scaled(1.2),
};

const given = (values: Record<string, Float64Array>, change: Change): Diagnosis =>
  diagnose(inputOf(values, change), parameters).diagnosis;

describe('a region made again', () => {
  it('confirms what comes off', () => {
    const values = tissue('model');
    const compared = compareMadeAgain(given(values, model), given(values, {}), 'L3');
    expect(compared).toMatchObject({ from: 'L3', verdict: 'none', confirmed: true, refutes: [] });
    expect(compared.undone.share).toBeGreaterThan(0.8);
    expect(compared.measures.map(({ measure }) => measure)).toEqual(
      expect.arrayContaining(['affinityAmbiguity', 'splitIndex']),
    );
  });

  it('rules out every cause of the layers made again where nothing changed', () => {
    const diagnosis = given(tissue('model'), model);
    const { undone, confirmed, refutes } = compareMadeAgain(diagnosis, diagnosis, 'L3');
    expect([undone.share, confirmed]).toEqual([0, false]);
    expect(refutes).toEqual(expect.arrayContaining(['otherModel', 'blockLeftOut', 'synapseThreshold']));
    expect(refutes).not.toContain('stainingGradient');
    expect(refutes).not.toContain('localMisregistration');
  });

  it('rules out no more than the cause where something else came off', () => {
    const values = tissue('both');
    const before = given(values, { ...model, ...threshold });
    expect(before.cause).toBe('otherModel');
    expect(compareMadeAgain(before, given(values, model), 'L3').refutes).toEqual(['otherModel']);
  });

  it('shows nothing of images, of alignment and of what names no fault', () => {
    const shown = (verdict: Diagnosis['verdict'], layer: Layer | null) => layerToTry({ verdict, layer });
    expect(shown('cause', 'L4')).toEqual({ from: 'L4' });
    expect(shown('graph', 'L5')).toEqual({ from: 'L5' });
    expect(shown('cause', 'L1')).toEqual({ why: expect.stringContaining('images') });
    expect(shown('cause', 'L2')).toEqual({ why: expect.stringContaining('whole sections') });
    expect(shown('biology', null)).toEqual({ why: expect.stringContaining('biology') });
  });
});

describe('trying answers', () => {
  /** A region that stays as it is when it is made again. */
  const stubborn = (change: Change, isGiven: boolean) => {
    const input = inputOf(tissue('stubborn'), change, [], isGiven);
    return diagnoseAndTry(
      (refuted) => Promise.resolve(diagnose({ ...input, refuted }, parameters)),
      ({ diagnosis }, from) => Promise.resolve(compareMadeAgain(diagnosis, diagnosis, from)),
    );
  };

  it.each([true, false])('goes on to an answer that stands (region given: %s)', async (isGiven) => {
    const { report, tried, refuted } = await stubborn({ ...model, ...threshold }, isGiven);
    expect(refuted.map((each) => each.report.diagnosis.cause)).toEqual(['otherModel']);
    expect(report.diagnosis.cause).toBeNull();
    expect(tried).toEqual({ why: expect.stringContaining(report.diagnosis.verdict) });
    if (!isGiven) return;
    const why = new Map(report.diagnosis.rejected.map((each) => [each.cause, each.why]));
    expect(why.get('synapseThreshold')).toBe(
      'Made again as the rest was, the region still deviates as it did.',
    );
  });

  it('names a cause further up that is hidden by a refuted one', async () => {
    const residual: Change = { residualMedianPx: (v) => v + 2, residualP95Px: (v) => v + 2 };
    const { report, refuted } = await stubborn({ decisionConflict: () => 0.2, ...residual }, true);
    expect(refuted.map((each) => each.report.diagnosis.cause)).toEqual(['wrongThreshold']);
    expect(report.diagnosis).toMatchObject({ layer: 'L2', cause: 'localMisregistration' });
  });

  it('ends where too many answers were refuted', async () => {
    let count = 0;
    const { tried, refuted } = await diagnoseAndTry(
      () => Promise.resolve(diagnose(inputOf(tissue('model'), model), parameters)),
      ({ diagnosis }, from) => {
        count++;
        return Promise.resolve(compareMadeAgain(diagnosis, diagnosis, from));
      },
    );
    expect([count, refuted.length]).toEqual([5, 4]);
    expect(tried).toMatchObject({ confirmed: false });
  });

  it('rules a cause out in its region only', () => {
    const elsewhere = { begin: [0, 160, 160], end: [128, 256, 256] } as const;
    const input = inputOf(tissue('place'), model);
    const without = (where: typeof region) =>
      diagnose({ ...input, refuted: [{ region: where, causes: ['otherModel'] }] }, parameters).diagnosis
        .cause;
    expect([without(elsewhere), without(region)]).toEqual(['otherModel', null]);
  });
});
