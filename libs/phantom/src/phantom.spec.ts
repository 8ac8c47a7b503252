import { hashBytes } from '@stratome/core';
import { labelComponents } from '@stratome/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolvePhantomParameters, tinyPhantom, type PhantomParametersInput } from './parameters.js';
import { makePhantom, TissueClass, type Phantom } from './phantom.js';
import { SynapseVoxel } from './synapse-painting.js';
import { skeletonsToSwc } from './swc.js';

const make = (input: PhantomParametersInput) => makePhantom(resolvePhantomParameters(input));
const small: PhantomParametersInput = { ...tinyPhantom, shape: [12, 80, 80], tiles: false };

function fingerprint(phantom: Phantom): string[] {
  return [
    hashBytes(phantom.em.data),
    hashBytes(new Uint8Array(phantom.tissue.bodies.buffer)),
    hashBytes(phantom.synapseVoxels.data),
    hashBytes(Buffer.from(JSON.stringify(phantom.synapses))),
  ];
}

describe('seeds', () => {
  it('makes the same bytes from the same seed and others from another', () => {
    const first = fingerprint(make({ ...small, seed: 5 }));
    expect(fingerprint(make({ ...small, seed: 5 }))).toEqual(first);
    const other = fingerprint(make({ ...small, seed: 6 }));
    for (let i = 0; i < 3; i++) expect(other[i]).not.toBe(first[i]);
  });
});

describe.each(['isotropic', 'anisotropic'] as const)('a tiny %s phantom', (variant) => {
  let phantom: Phantom;
  beforeAll(() => {
    phantom = make({ ...tinyPhantom, shape: [24, 144, 144], seed: 3, variant });
  });

  it('holds bodies that are one 6-connected piece each, numbered without holes', () => {
    const { bodies, bodyTable, shape } = phantom.tissue;
    const { count } = labelComponents(bodies, shape);
    expect(count).toBe(bodyTable.length);
    const voxels = new Map<number, number>();
    for (const b of bodies) voxels.set(b, (voxels.get(b) ?? 0) + 1);
    for (const b of bodyTable) expect(voxels.get(b.id)).toBe(b.voxels);
    expect(bodyTable.map((b) => b.id)).toEqual(bodyTable.map((_, i) => i + 1));
  });

  it('puts every synapse on a contact of its two bodies, of the type of the presynaptic neuron', () => {
    const { bodies, bodyTable, shape, voxelNm } = phantom.tissue;
    const at = (v: readonly number[]) => bodies[(v[0] * shape[1] + v[1]) * shape[2] + v[2]];
    expect(phantom.synapses.length).toBeGreaterThan(5);
    for (const s of phantom.synapses) {
      expect(s.preBody).not.toBe(s.postBody);
      expect(at(s.preVoxel)).toBe(s.preBody);
      expect(at(s.postVoxel)).toBe(s.postBody);
      expect(bodyTable[s.preBody - 1].transmitter).toBe(s.type);
      expect(bodyTable[s.postBody - 1].class).toBe('neuron');
      const apart = Math.hypot(...s.preVoxel.map((v, k) => (v - s.postVoxel[k]) * voxelNm[k]));
      expect(apart).toBeLessThan(160);
      expect(s.areaNm2).toBeGreaterThan(4000);
    }
  });

  it('marks cleft voxels in the two partners only, and for nearly every synapse', () => {
    const { bodies, shape, voxelNm } = phantom.tissue;
    const partners = new Set(phantom.synapses.flatMap((s) => [s.preBody, s.postBody]));
    const marks = phantom.synapseVoxels.data;
    for (let i = 0; i < marks.length; i++) if (marks[i] > 0) expect(partners.has(bodies[i])).toBe(true);
    const found = phantom.synapses.filter((s) => {
      const v = s.centreNm.map((c, k) => Math.min(shape[k] - 1, Math.floor(c / voxelNm[k])));
      for (let y = Math.max(0, v[1] - 4); y <= Math.min(shape[1] - 1, v[1] + 4); y++) {
        for (let x = Math.max(0, v[2] - 4); x <= Math.min(shape[2] - 1, v[2] + 4); x++) {
          const mark = marks[(v[0] * shape[1] + y) * shape[2] + x];
          if (mark % 16 === SynapseVoxel.cleft && mark >= 16 === (s.type === 'inhibitory')) return true;
        }
      }
      return false;
    });
    expect(found.length / phantom.synapses.length).toBeGreaterThan(0.9);
  });

  it('shows dark membranes between bodies and dark densities at excitatory synapses', () => {
    const { bodies, shape } = phantom.tissue;
    const grey = phantom.em.data;
    let [edge, edges, inner, inners, dense, denses] = [0, 0, 0, 0, 0, 0];
    for (let i = shape[2]; i < bodies.length - shape[2]; i++) {
      const neighbours = [i - 1, i + 1, i - shape[2], i + shape[2]];
      if (phantom.synapseVoxels.data[i] === SynapseVoxel.cleft)
        [dense, denses] = [dense + grey[i], denses + 1];
      else if (neighbours.some((j) => bodies[j] !== bodies[i])) [edge, edges] = [edge + grey[i], edges + 1];
      else if (phantom.classes.data[i] === TissueClass.neurite)
        [inner, inners] = [inner + grey[i], inners + 1];
    }
    expect(inner / inners - edge / edges).toBeGreaterThan(25);
    expect(edge / edges - dense / denses).toBeGreaterThan(5);
  });

  it('has skeletons whose nodes lie in their body', () => {
    const { bodies, shape, voxelNm } = phantom.tissue;
    const skeletons = skeletonsToSwc(phantom.tissue);
    expect(skeletons.size).toBeGreaterThan(3);
    for (const [id, swc] of skeletons) {
      for (const line of swc.trim().split('\n').slice(1)) {
        const [, , x, y, z] = line.split(' ').map(Number);
        const v = [z, y, x].map((n, k) => Math.min(shape[k] - 1, Math.floor(n / voxelNm[k])));
        expect(bodies[(v[0] * shape[1] + v[1]) * shape[2] + v[2]]).toBe(id);
      }
    }
  });
});
