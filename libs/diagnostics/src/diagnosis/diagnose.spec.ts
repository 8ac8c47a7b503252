import { BlockGrid, seededRandom, type Box } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { cellsInBox, type QualityField } from '../field.js';
import { diagnose } from './diagnose.js';
import type { DiagnosisInput } from './input.js';
import { explainedShare } from './doseResponse.js';
import { diagnosisParameters } from './parameters.js';
import type { LineageDifference } from './result.js';

const parameters = diagnosisParameters.parse({ permutations: 99, scanPermutations: 19, significance: 0.01 });
const grid = new BlockGrid([128, 256, 256], [32, 32, 32]);
const region: Box = { begin: [0, 0, 0], end: [128, 160, 160] };
const um3 = 0.0328;

/**
 * Healthy tissue as fields: staining varies from place to place, and synapses are found where it is good (by `coupling`
 * synapses a µm³ for each grey level of contrast).
 */
function tissue(seed: string, coupling = 0) {
  const random = seededRandom(seed);
  const stain = Float64Array.from({ length: grid.length }, () => random.normal());
  const make = (f: (cell: number) => number) => Float64Array.from({ length: grid.length }, (_, c) => f(c));
  const values: Record<string, Float64Array> = {
    contrast: make((c) => 90 + 6 * stain[c]),
    signalToNoise: make((c) => 7 + 0.5 * stain[c] + 0.2 * random.normal()),
    membraneContrast: make((c) => 8 + 0.6 * stain[c] + 0.2 * random.normal()),
    noise: make(() => 4 + 0.3 * random.normal()),
    focus: make(() => 0.5 + 0.04 * random.normal()),
    saturation: make(() => 0),
    missing: make(() => 0),
    residualMedianPx: make(() => 0.3 + 0.05 * random.normal()),
    residualP95Px: make(() => 0.6 + 0.1 * random.normal()),
    affinityAmbiguity: make(() => 0.1 + 0.02 * random.normal()),
    splitIndex: make(() => 0.05 + 0.02 * random.normal()),
    supervoxelDensity: make(() => 200 + 40 * random.normal()),
    unsegmented: make(() => 0),
    decisionConflict: make(() => 0),
    cleftFraction: make(() => 0.002 + 0.0003 * random.normal()),
    synapsesPerCleft: make(() => 5000 + 500 * random.normal()),
    directionSupport: make(() => 0.5 + 0.1 * random.normal()),
    synapseDensity: make((c) => 50 + coupling * 6 * stain[c] + 8 * random.normal()),
    synapseConfidence: make(() => 0.7 + 0.05 * random.normal()),
    connectionsPerNeuron: make(() => 1.3 + 0.2 * random.normal()),
    weightPerCableUm: make((c) => 1.5 + 0.03 * coupling * 6 * stain[c] + 0.2 * random.normal()),
    lostEdges: make(() => 0),
    lostHeavyEdges: make(() => 0),
    doubledEdges: make(() => 0),
  };
  return values;
}

type Change = Record<string, (value: number) => number>;

function inputOf(
  values: Record<string, Float64Array>,
  change: Change,
  lineage: LineageDifference[] = [],
  given = true,
): DiagnosisInput {
  const inside = cellsInBox(grid, region);
  const cells: QualityField[] = Object.entries(values).map(([measure, list]) => ({
    measure,
    values: list.map((v, c) => (inside[c] && change[measure] ? change[measure](v) : v)),
    weights: list.map(() => (measure === 'synapseDensity' ? um3 : 1)),
  }));
  return { grid, cells, lineage, ...(given && { region }) };
}

const scaled = (factor: number) => (v: number) => v * factor;
const modelDiffers: LineageDifference = { stage: 'affinities', field: 'model', region: '2', reference: '1' };

const staining: Change = {
  contrast: scaled(0.6),
  signalToNoise: scaled(0.6),
  membraneContrast: scaled(0.65),
  synapseDensity: scaled(0.7),
  weightPerCableUm: scaled(0.7),
};

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

  it('finds what is exact though most cells that have connections are touched', () => {
    const values = tissue('sparse');
    const inside = cellsInBox(grid, region);
    const sparse = (v: number, c: number) => (inside[c] || c % 3 === 0 ? v : NaN);
    values.lostEdges = values.lostEdges.map(sparse);
    values.lostHeavyEdges = values.lostHeavyEdges.map(sparse);
    const lost = { lostEdges: () => 0.7, lostHeavyEdges: () => 0.7 };
    const { diagnosis } = diagnose(inputOf(values, lost, [], false), parameters);
    expect(diagnosis).toMatchObject({ verdict: 'graph', cause: 'lostEdges' });
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

  it('names a section that it found in a volume of one layer of cells', () => {
    const thin = new BlockGrid([32, 256, 256], [32, 32, 32]);
    const values = Float64Array.from({ length: 32 }, (_, z) => (z === 11 ? 1 : 0));
    const missing: QualityField = { measure: 'missing', values, weights: values.map(() => 1) };
    const random = seededRandom('thin');
    const contrast = Float64Array.from({ length: thin.length }, () => 90 + 6 * random.normal());
    const cells = [{ measure: 'contrast', values: contrast, weights: contrast.map(() => 1) }];
    const { diagnosis } = diagnose({ grid: thin, cells, sections: [missing] }, parameters);
    expect(diagnosis).toMatchObject({ verdict: 'cause', layer: 'L1', cause: 'missingSection' });
    expect(
      diagnosis.steps.find(({ layer }) => layer === 'L1')!.untested.map(({ measure }) => measure),
    ).toEqual(['contrast']);
  });

  it('finds the region by itself', () => {
    const { diagnosis } = diagnose(inputOf(tissue('search'), staining, [], false), parameters);
    expect([diagnosis.layer, diagnosis.cause]).toEqual(['L1', 'stainingGradient']);
    expect(diagnosis.region).toEqual(region);
  });

  it('goes on to the next region where no cause explains the one that stands out most', () => {
    const values = tissue('two');
    const corner = cellsInBox(grid, { begin: [0, 160, 160], end: [128, 256, 256] });
    // It is in every cell of the corner and in no other, and too little to matter.
    values.unsegmented = values.unsegmented.map((v, c) => (corner[c] ? 0.015 : v));
    const { diagnosis } = diagnose(inputOf(values, staining, [], false), parameters);
    expect(diagnosis).toMatchObject({ verdict: 'cause', cause: 'stainingGradient' });
    expect(diagnosis.region.begin).toEqual([0, 0, 0]);
  });

  describe('where the lineage differs', () => {
    const split: Change = { splitIndex: (v) => v + 0.9 };
    const search = (values: Record<string, Float64Array>, change: Change, differences: LineageDifference[]) =>
      diagnose(
        { ...inputOf(values, change, [], false), lineageRegions: [{ region, differences }] },
        parameters,
      ).diagnosis;

    it('looks for what a search would not find', () => {
      const values = tissue('split');
      const unaided = diagnose(inputOf(values, split, [], false), parameters).diagnosis;
      expect(unaided.verdict).toBe('none');
      const found = search(values, split, [modelDiffers]);
      expect(found).toMatchObject({ verdict: 'cause', layer: 'L3', cause: 'otherModel', region });
      expect(found.steps.find((step) => step.layer === 'L3')!.lineage).toEqual([modelDiffers]);
    });

    it('names only what the difference tells of', () => {
      const solved: LineageDifference = { ...modelDiffers, stage: 'solve', field: 'parameters' };
      expect(search(tissue('split'), split, [solved]).verdict).toBe('none');
      expect(search(tissue('whole'), {}, [modelDiffers]).verdict).toBe('none');
    });

    it('is of no interest where it takes in the whole volume', () => {
      const whole: Box = { begin: [0, 0, 0], end: [128, 256, 256] };
      const lineageRegions = [{ region: whole, differences: [modelDiffers] }];
      const input = { ...inputOf(tissue('all'), {}, [], false), lineageRegions };
      expect(diagnose(input, parameters).diagnosis.verdict).toBe('none');
    });
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

  it('finds nothing in healthy tissue, and a harmless difference of lineage does not convict', () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const values = tissue(seed);
      expect(diagnose(inputOf(values, {}, [modelDiffers]), parameters).diagnosis.verdict).toBe('none');
      expect(diagnose(inputOf(values, {}, [modelDiffers], false), parameters).diagnosis.verdict).toBe('none');
    }
  });

  it('asks for more where there are more places for tissue to be unusual in', () => {
    const large = new BlockGrid([256, 512, 256], [32, 32, 32]);
    const random = seededRandom('large');
    const inside = cellsInBox(large, region);
    const loss = (cell: number) => (inside[cell] ? 0.7 : 1);
    const fieldOf = (
      measure: string,
      usual: number,
      sd: number,
      f: (cell: number) => number = () => 1,
    ): QualityField => ({
      measure,
      values: Float64Array.from({ length: large.length }, (_, c) => f(c) * (usual + sd * random.normal())),
      weights: new Float64Array(large.length).fill(measure === 'synapseDensity' ? um3 : 1),
    });
    const cells = [
      fieldOf('contrast', 90, 22, loss),
      fieldOf('signalToNoise', 7, 1.8, loss),
      fieldOf('membraneContrast', 8, 2, loss),
      fieldOf('focus', 0.5, 0.05),
      fieldOf('synapseDensity', 50, 8),
    ];
    const search = (scanGrowth: number) =>
      diagnose({ grid: large, cells }, { ...parameters, scanGrowth }).diagnosis;
    expect(search(0)).toMatchObject({ verdict: 'cause', cause: 'stainingGradient' });
    expect(search(1).verdict).toBe('none');
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

  it('says that a volume has too few synapses to be searched by their number, not that nothing is there', () => {
    const values = tissue('sparse');
    values.synapseDensity = values.synapseDensity.map((v) => v / 20);
    const { diagnosis } = diagnose(inputOf(values, {}, [], false), parameters);
    expect(diagnosis).toMatchObject({ verdict: 'insufficient', cause: null, confidence: 0 });
    const [{ layer, verdict, untested }] = diagnosis.steps;
    expect([layer, verdict]).toEqual(['L5', 'untested']);
    expect(untested[0].why).toMatch(
      /^\d+ synapses are in the volume, and 250 are needed to look for a region/,
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

describe('explainedShare', () => {
  it('is the slope outside the region times the dose, over the response', () => {
    const dose = Float64Array.from({ length: 60 }, (_, c) => (c % 7) - 3);
    const field = (measure: string, values: Float64Array): QualityField => ({
      measure,
      values,
      weights: values.map(() => 1),
    });
    const inside = Uint8Array.from(dose, (_, c) => (c < 10 ? 1 : 0));
    const response = dose.map((v) => 2 * v);
    const share = (effect: number) =>
      explainedShare(
        field('contrast', dose),
        field('synapseDensity', response),
        -5,
        effect,
        inside,
        0.1,
        50,
        's',
      );
    expect(share(-20)).toMatchObject({ share: 0.5, outside: true });
    expect(share(-10).share).toBeCloseTo(1, 10);
    expect(share(10).share).toBe(0);
  });
});
