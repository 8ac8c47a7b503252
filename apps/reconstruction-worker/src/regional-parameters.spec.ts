import { describe, expect, it } from 'vitest';
import { addRegion, parametersIn, withRegionsOf } from './regional-parameters.js';
import { stagesFrom, snapToBlocks } from './reprocessing/request.js';
import { parseRunParameters, settingsFrom } from './run-parameters.js';
import { geometryOf } from './stages/geometry.js';
import { processors } from './stages/registry.js';

const low = { begin: [0, 0, 0], end: [64, 128, 128] } as const;
const high = { begin: [0, 0, 128], end: [64, 128, 256] } as const;
const both = { begin: [0, 0, 0], end: [64, 128, 256] } as const;
const threshold = (agglomerationThreshold: number) => ({ segmentation: { agglomerationThreshold } });

describe('parameters of regions', () => {
  it('are refused as those of a run are: unknown ones, and values out of range', () => {
    const of = (set: Record<string, Record<string, unknown>>) => () =>
      parseRunParameters({ regions: [{ box: low, set }] });
    expect(of({ segmentation: { nothing: 1 } })).toThrow('There is no parameter "segmentation.nothing".');
    expect(of({ nothing: { at: 1 } })).toThrow('There is no parameter "nothing.at".');
    expect(of(threshold(7))).toThrow(/out of range \(segmentation.agglomerationThreshold/);
    expect(of({ refinement: { minVolumeUm3: 1 } })).toThrow(
      'The parameter refinement.minVolumeUm3 holds for a whole dataset',
    );
    expect(of({ synapse: { minConfidence: 0.5 } })).toThrow(/holds for a whole dataset/);
    expect(() =>
      parseRunParameters({ regions: [{ box: { begin: [0, 0, 9], end: [4, 4, 9] }, set: {} }] }),
    ).toThrow(/empty or inverted/);
  });

  it('hold in the blocks that a region meets, those of a later region over those of an earlier one', () => {
    const run = parseRunParameters({
      regions: [
        { box: both, set: { ...threshold(0.3), synapse: { cleftThreshold: 0.7 } } },
        { box: high, set: threshold(0.4) },
      ],
    });
    const at = (block: typeof both) => {
      const { segmentation, synapse } = parametersIn(run, block);
      return [segmentation.agglomerationThreshold, synapse.cleftThreshold];
    };
    expect(at(low as never)).toEqual([0.3, 0.7]);
    expect(at(high as never)).toEqual([0.4, 0.7]);
    expect(at({ begin: [64, 0, 0], end: [128, 128, 128] } as never)).toEqual([
      run.segmentation.agglomerationThreshold,
      run.synapse.cleftThreshold,
    ]);
  });

  it('are on the record of the stage that they are of, and leave that of others as it was', () => {
    const plain = parseRunParameters({});
    const run = parseRunParameters({ regions: [{ box: low, set: threshold(0.3) }] });
    const record = (stage: 'agglomerate' | 'supervoxels', of: typeof run) =>
      withRegionsOf(stage, processors[stage].parameters(of), of);
    expect(record('supervoxels', run)).toEqual(record('supervoxels', plain));
    expect(record('agglomerate', run)).toEqual({
      ...record('agglomerate', plain),
      regions: [{ box: low, set: { agglomerationThreshold: 0.3 } }],
    });
  });

  it('of the same box are put together, the later value kept', () => {
    const first = addRegion([], { box: low, set: threshold(0.3) });
    const added = addRegion(addRegion(first, { box: high, set: threshold(0.5) }), {
      box: low,
      set: { segmentation: { agglomerationThreshold: 0.4, dustAffinity: 0.2 } },
    });
    expect(added).toEqual([
      { box: high, set: threshold(0.5) },
      { box: low, set: { segmentation: { agglomerationThreshold: 0.4, dustAffinity: 0.2 } } },
    ]);
  });

  it('may be written by the short name of the threshold', () => {
    expect(settingsFrom(['segmentation.threshold=0.5'])).toEqual(threshold(0.5));
  });
});

describe('a re-run', () => {
  it('takes in a stage and what depends on it, or a layer and those above', () => {
    expect(stagesFrom('agglomerate')).not.toContain('affinities');
    expect(stagesFrom('agglomerate')).not.toContain('synapsemaps');
    expect(stagesFrom('L3')).toEqual(expect.arrayContaining(['affinities', 'synapsemaps', 'graph']));
    expect(stagesFrom('L2')[0]).toBe('render');
  });

  it.each([
    ['L9', 'There is no stage or layer "L9".'],
    ['nothing', 'There is no stage or layer "nothing".'],
    ['toString', 'There is no stage or layer "toString".'],
    ['L1', 'Layer L1 works on whole sections'],
    ['match', 'Stage match works on whole sections'],
  ])('from %s is refused', (from, sentence) => expect(() => stagesFrom(from)).toThrow(sentence));

  it('grows its region to whole blocks, at full resolution', () => {
    const g = geometryOf([100, 700, 700], [10, 5, 5], [1, 2, 2], {});
    expect(g.supervoxelBlock).toEqual([64, 128, 128]);
    expect(snapToBlocks({ begin: [70, 255, 256], end: [71, 256, 300] }, g)).toEqual({
      begin: [64, 0, 256],
      end: [100, 256, 512],
    });
    expect(snapToBlocks({ begin: [0, 0, 0], end: [1, 1, 1] }, g).end).toEqual([64, 256, 256]);
  });
});
