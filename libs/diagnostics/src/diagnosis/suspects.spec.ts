import { BlockGrid, seededRandom, type Box } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { cellsInBox, type QualityField } from '../field.js';
import { diagnose } from './diagnose.js';
import type { LineageDifference } from './result.js';
import {
  grid,
  inputOf,
  modelDiffers,
  parameters,
  region,
  scaled,
  staining,
  tissue,
  um3,
  type Change,
} from './tissueFields.fixture.js';

describe('the search', () => {
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

  it('asks for more where there are more places for tissue to be unusual in', () => {
    const large = new BlockGrid([256, 512, 256], [32, 32, 32]);
    const random = seededRandom('large');
    const inside = cellsInBox(large, region);
    const loss = (cell: number) => (inside[cell] ? 0.72 : 1);
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

  describe('of a region that looks no more like a cause than tissue does now and then', () => {
    const model: Change = { affinityAmbiguity: scaled(2), splitIndex: (v) => v + 0.4 };
    const search = (change: Change, leastNamedScanRatio: number, tried = false) =>
      diagnose(
        { ...inputOf(tissue('tried'), change, [], false), tried },
        { ...parameters, leastScanRatio: 1000, leastNamedScanRatio },
      ).diagnosis;

    it('names what is beyond that, and says nothing of what is not', () => {
      expect(search(model, 1.8)).toMatchObject({ verdict: 'cause', cause: 'otherModel' });
      expect(search(model, 2.6)).toMatchObject({ verdict: 'none', cause: null });
    });

    it('says between the two what it looks like, where, and that this is too little', () => {
      const doubtful = search(model, 2.05);
      expect(doubtful).toMatchObject({ verdict: 'insufficient', layer: null, cause: null, confidence: 0 });
      expect(doubtful.region).toEqual(region);
      expect(doubtful.doubt).toMatchObject({ layer: 'L3', cause: 'otherModel' });
      expect(doubtful.rejected.map(({ cause }) => cause)).not.toContain('otherModel');
      expect(doubtful.doubt!.why).toMatch(/^It looks like that by 11.2 standard errors, and 11.9 would be/);
      expect(doubtful.steps.map(({ verdict }) => verdict)).not.toContain('origin');
      expect(doubtful.steps.find(({ layer }) => layer === 'L3')!.verdict).toBe('follows');
    });

    it('names it where the answer is tried, if making the region again would refute it', () => {
      expect(search(model, 2.05, true).cause).toBe('otherModel');
      expect(search(staining, 3.9, true)).toMatchObject({ verdict: 'insufficient', cause: null });
    });
  });
});
