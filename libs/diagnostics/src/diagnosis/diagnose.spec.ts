import { seededRandom, type Box } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { cellsInBox, type QualityField } from '../field.js';
import { diagnose } from './diagnose.js';
import {
  grid,
  inputOf,
  modelDiffers,
  parameters,
  region,
  scaled,
  staining,
  tissue,
  type Change,
} from './tissueFields.fixture.js';

const faults: [string, string, Change][] = [
  ['L1', 'stainingGradient', staining],
  ['L1', 'defocus', { focus: scaled(0.5), membraneContrast: scaled(0.7), synapseDensity: scaled(0.6) }],
  [
    'L1',
    'noise',
    { noise: scaled(3), signalToNoise: scaled(0.4), membraneContrast: scaled(0.4), contrast: scaled(1.15) },
  ],
  ['L1', 'stretchedIllumination', { saturation: () => 0.1, contrast: scaled(1.4) }],
  ['L1', 'corruptTile', { missing: () => 0.05 }],
  ['L2', 'localMisregistration', { residualMedianPx: (v) => v + 2, residualP95Px: (v) => v + 2 }],
  ['L3', 'wrongThreshold', { decisionConflict: () => 0.2 }],
  ['L3', 'otherModel', { affinityAmbiguity: scaled(2), splitIndex: (v) => v + 0.4 }],
  ['L3', 'blockLeftOut', { unsegmented: () => 1, supervoxelDensity: scaled(0) }],
  ['L4', 'skippedSynapseBlock', { synapseDensity: scaled(0), synapsesPerCleft: scaled(0) }],
  [
    'L4',
    'synapseThreshold',
    { synapseDensity: scaled(0.4), synapsesPerCleft: scaled(0.4), synapseConfidence: scaled(1.2) },
  ],
  ['L4', 'partnerSwap', { directionSupport: scaled(-1) }],
  ['L5', 'lostEdges', { lostEdges: () => 0.7, lostHeavyEdges: () => 0.7 }],
  ['L5', 'weightFilter', { lostEdges: () => 0.7 }],
  ['L5', 'doubledEdges', { doubledEdges: () => 1 }],
];

describe('the walk', () => {
  it.each(faults)('%s: names %s, silent or with a decoy', (layer, cause, change) => {
    const values = tissue(cause);
    const silent = diagnose(inputOf(values, change), parameters).diagnosis;
    expect([silent.layer, silent.cause]).toEqual([layer, cause]);
    expect(silent.verdict).toBe(layer === 'L5' ? 'graph' : 'cause');
    expect(silent.rejected.find((r) => r.cause === 'fewerSynapses')?.why).toMatch(/would leave as it is/);
    const decoy = { stage: layer === 'L3' ? 'solve' : 'affinities', field: 'model' as const };
    const misled = diagnose(inputOf(values, change, [{ ...modelDiffers, ...decoy }]), parameters).diagnosis;
    expect([misled.layer, misled.cause]).toEqual([layer, cause]);
  });

  it('sees what is exact in cells that the region only touches', () => {
    const values = tissue('touched');
    const input = inputOf(values, {});
    const isFaulty = (c: number) => grid.position(c)[1] < 5 && grid.position(c)[2] === 4;
    const within: Box = { begin: [0, 0, 0], end: [128, 160, 132] };
    const cells = input.cells.map((field) =>
      field.measure === 'missing'
        ? { ...field, values: field.values.map((v, c) => (isFaulty(c) ? 0.1 : v)) }
        : field,
    );
    const { diagnosis } = diagnose({ ...input, cells, region: within }, parameters);
    expect(diagnosis).toMatchObject({ verdict: 'cause', cause: 'corruptTile' });
  });

  describe('by sections', () => {
    const slab: Box = { begin: [64, 0, 0], end: [96, 256, 256] };
    const random = seededRandom('sections');
    const series = (measure: string, at: number, value: number): QualityField => {
      const values = Float64Array.from({ length: 128 }, (_, z) => {
        if (z === at) return value;
        return measure === 'missing' ? 0 : 0.3 + 0.05 * random.normal();
      });
      return { measure, values, weights: values.map(() => 1) };
    };

    it.each([
      ['L1', 'missingSection', series('missing', 70, 1), { missing: 1 / 32 }],
      ['L2', 'sectionJump', series('residualMedianPx', 80, 5), {}],
    ] as const)(
      '%s: names %s, with and without a region',
      (layer, cause, field, raised: { missing?: number }) => {
        const inside = cellsInBox(grid, slab);
        const values = tissue(cause);
        values.missing = values.missing.map((v, c) => (inside[c] ? v + (raised.missing ?? 0) : v));
        const input = { ...inputOf(values, {}, [], false), sections: [field] };
        const found = diagnose(input, parameters).diagnosis;
        expect([found.layer, found.cause, found.region]).toEqual([layer, cause, slab]);
        const asked = diagnose({ ...input, region: slab }, parameters).diagnosis;
        expect([asked.layer, asked.cause]).toEqual([layer, cause]);
      },
    );
  });

  it('names a block that was left out in tissue of less contrast', () => {
    const { diagnosis } = diagnose(
      inputOf(tissue('paler'), { ...staining, unsegmented: () => 0.9 }),
      parameters,
    );
    expect([diagnosis.layer, diagnosis.cause]).toEqual(['L3', 'blockLeftOut']);
  });

  it('calls fewer synapses on fewer clefts biology', () => {
    const change = {
      synapseDensity: scaled(0.4),
      cleftFraction: scaled(0.4),
      weightPerCableUm: scaled(0.4),
      connectionsPerNeuron: scaled(0.6),
    };
    const { diagnosis } = diagnose(inputOf(tissue('biology'), change), parameters);
    expect(diagnosis).toMatchObject({ verdict: 'biology', layer: null, cause: 'fewerSynapses' });
  });

  it('calls neither more synapses nor fewer on as many clefts biology', () => {
    const times = (factor: number) => ({
      synapseDensity: scaled(factor),
      weightPerCableUm: scaled(factor),
      connectionsPerNeuron: scaled(factor),
    });
    const verdict = (change: Change) =>
      diagnose(inputOf(tissue('more'), change), parameters).diagnosis.verdict;
    expect(verdict({ ...times(2), cleftFraction: scaled(2) })).toBe('none');
    expect(verdict(times(0.4))).toBe('none');
    expect(verdict({ ...times(0.4), cleftFraction: scaled(0.5) })).toBe('biology');
    expect(verdict({ ...times(0.7), cleftFraction: scaled(0.7) })).toBe('none');
  });

  it('finds nothing in healthy tissue, and a harmless difference of lineage does not convict', () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const values = tissue(seed);
      expect(diagnose(inputOf(values, {}, [modelDiffers]), parameters).diagnosis.verdict).toBe('none');
      expect(diagnose(inputOf(values, {}, [modelDiffers], false), parameters).diagnosis.verdict).toBe('none');
    }
  });

  it('names a fault that its own layer proves where connectivity cannot be tested, and leaves that untested', () => {
    const values = tissue('few synapses');
    values.synapseDensity = values.synapseDensity.map((v) => v / 20);
    const follows = { affinityAmbiguity: scaled(1.6) };
    const { diagnosis } = diagnose(inputOf(values, { ...staining, ...follows }), parameters);
    expect(diagnosis).toMatchObject({ verdict: 'cause', layer: 'L1', cause: 'stainingGradient' });
    expect(diagnosis.explainedShare?.of).toBe('affinityAmbiguity');
    expect(diagnosis.steps.map(({ layer, verdict }) => `${layer} ${verdict}`)).toEqual([
      'L5 untested',
      'L4 normal',
      'L3 follows',
      'L2 normal',
      'L1 origin',
    ]);
  });

  it('refuses a reference that is too small to test against', () => {
    const against: Box = { begin: [0, 224, 224], end: [64, 256, 256] };
    expect(() => diagnose({ ...inputOf(tissue('small'), {}), against }, parameters)).toThrow(
      /The reference 0,224,224:64,256,256 is too small to test against: only/,
    );
  });

  it('says that too few synapses are expected', () => {
    const values = tissue('sparse');
    values.synapseDensity = values.synapseDensity.map((v) => v / 20);
    const { diagnosis } = diagnose(inputOf(values, { synapseDensity: scaled(0.5) }), parameters);
    expect(diagnosis.verdict).toBe('insufficient');
    const l4 = diagnosis.steps.find((s) => s.layer === 'L4')!;
    expect(l4.untested.find((u) => u.measure === 'synapseDensity')?.why).toMatch(
      /synapses are expected, and 100/,
    );
  });

  it('tells a threshold from biology where clefts are fewer too: by whether there are as many synapses as clefts', () => {
    const values = tissue('clefts');
    const random = seededRandom('clefts and synapses');
    values.cleftFraction = values.cleftFraction.map(
      (_, c) => values.synapseDensity[c] * 4e-5 + 1e-4 * random.normal(),
    );
    const fewer = {
      cleftFraction: scaled(0.7),
      synapseDensity: scaled(0.25),
      weightPerCableUm: scaled(0.25),
    };
    const threshold = { ...fewer, synapsesPerCleft: scaled(0.35) };
    expect(diagnose(inputOf(values, threshold), parameters).diagnosis.cause).toBe('synapseThreshold');
    const biology = { ...threshold, cleftFraction: scaled(0.3) };
    expect(diagnose(inputOf(values, biology), parameters).diagnosis.cause).toBe('fewerSynapses');
  });

  it('reports how much of the deficit the cause explains, and why others were rejected', () => {
    const { diagnosis } = diagnose(inputOf(tissue('dose', 0.4), staining), parameters);
    const { explainedShare: explained, rejected, steps } = diagnosis;
    expect(explained).toMatchObject({ of: 'weightPerCableUm', outside: true });
    expect(explained!.share).toBeGreaterThan(0.3);
    expect(steps.map((s) => [s.layer, s.verdict])).toEqual([
      ['L5', 'follows'],
      ['L4', 'follows'],
      ['L3', 'normal'],
      ['L2', 'normal'],
      ['L1', 'origin'],
    ]);
    expect(rejected.find((r) => r.cause === 'defocus')?.why).toMatch(/focus is normal/);
    expect(rejected.map((r) => r.cause)).not.toContain('stainingGradient');
  });

  it('gives the same bytes for the same input', () => {
    const input = inputOf(tissue('same'), staining, [], false);
    expect(JSON.stringify(diagnose(input, parameters))).toBe(JSON.stringify(diagnose(input, parameters)));
  });

  it('refuses regions that hold nothing', () => {
    const input = inputOf(tissue('bad'), {});
    const beyond = { begin: [0, 0, 0], end: [999, 10, 10] } as const;
    expect(() => diagnose({ ...input, region: beyond }, parameters)).toThrow(
      /not inside the volume of 128×256×256/,
    );
    const tiny = { begin: [0, 0, 0], end: [4, 4, 4] } as const;
    expect(() => diagnose({ ...input, region: tiny }, parameters)).toThrow(/holds no quality cell/);
    expect(() => diagnose({ ...input, against: region }, parameters)).toThrow(/no cell outside the region/);
  });
});
