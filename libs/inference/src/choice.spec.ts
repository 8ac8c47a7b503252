import type { Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { chooseModel } from './choice.js';
import type { Model } from './model-card.js';

const model = (id: string, voxelNm: Vec3, task: 'affinities' | 'synapses' = 'affinities') =>
  ({ card: { id, task, voxelNm, voxelToleranceFraction: 0.3 } }) as Model;

const models = [
  model('isotropic', [10, 10, 10]),
  model('anisotropic', [48, 8, 8]),
  model('synapses', [10, 10, 10], 'synapses'),
];

describe('chooseModel', () => {
  it.each([
    { voxelNm: [10, 10, 10], id: 'isotropic', factors: [1, 1, 1] },
    { voxelNm: [8, 8, 8], id: 'isotropic', factors: [1, 1, 1] },
    { voxelNm: [5, 5, 5], id: 'isotropic', factors: [2, 2, 2] },
    { voxelNm: [50, 4.6, 4.6], id: 'anisotropic', factors: [1, 2, 2] },
    { voxelNm: [40, 4, 4], id: 'anisotropic', factors: [1, 2, 2] },
    { voxelNm: [10, 2.5, 2.5], id: 'isotropic', factors: [1, 4, 4] },
  ] satisfies { voxelNm: Vec3; id: string; factors: Vec3 }[])(
    '$voxelNm nm takes $id at $factors',
    ({ voxelNm, id, factors }) => {
      const choice = chooseModel(models, 'affinities', voxelNm);
      expect(choice.model.card.id).toBe(id);
      expect(choice.factors).toEqual(factors);
      expect(2 ** choice.mip).toBe(factors[2]);
    },
  );

  it('keeps to the task', () => {
    expect(chooseModel(models, 'synapses', [10, 10, 10]).model.card.id).toBe('synapses');
  });

  it('refuses voxels that no model fits, naming them and the models of the task', () => {
    const choose = () => chooseModel(models, 'affinities', [20, 20, 20]);
    expect(choose).toThrow(/20×20×20 nm/);
    expect(choose).toThrow(expect.objectContaining({ kind: 'badInput' }));
    try {
      choose();
    } catch (error) {
      const { remedy } = error as { remedy: string };
      expect(remedy).toContain('isotropic (10×10×10 nm ± 30 %)');
      expect(remedy).toContain('anisotropic (48×8×8 nm');
      expect(remedy).not.toContain('synapses (');
    }
  });

  it('refuses impossible voxel sizes', () => {
    for (const bad of [
      [0, 8, 8],
      [10, -1, 10],
      [Number.NaN, 1, 1],
    ] as Vec3[]) {
      expect(() => chooseModel(models, 'affinities', bad)).toThrow(/impossible/);
    }
  });
});
