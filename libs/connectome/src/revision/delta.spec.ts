import { describe, expect, it } from 'vitest';
import type { ConnectionRow, NeuronRow, SynapseRow } from '../rows.js';
import { countChanges, differenceOf, isNoChange, sitesOf } from './delta.js';

const neuron = (bodyId: bigint, more: Partial<NeuronRow> = {}): NeuronRow => ({
  bodyId,
  neuron: true,
  class: 'neurite',
  sizeVoxels: 10n,
  box: { begin: [0, 0, 0], end: [1, 2, 3] },
  pre: 0n,
  post: 0n,
  upstream: 0n,
  downstream: 0n,
  ...more,
});

const synapse = (synapseId: bigint, more: Partial<SynapseRow> = {}): SynapseRow => ({
  synapseId,
  preSiteId: 9n,
  preBodyId: 1n,
  postBodyId: 2n,
  preLocation: { x: 1, y: 2, z: 3 },
  postLocation: { x: 4, y: 5, z: 6 },
  confidence: Number(synapseId) / 10,
  excitatoryProbability: 0.75,
  inhibitoryProbability: 0.25,
  uncalibrated: false,
  ...more,
});

describe('the difference of rows', () => {
  it('is what comes, what is otherwise and what goes, by key', async () => {
    const before = [neuron(1n), neuron(2n), neuron(3n)];
    const after = [neuron(2n), neuron(3n, { type: 'MBON01' }), neuron(4n)];
    expect(await differenceOf('neurons', before, after)).toEqual({
      added: [after[2]],
      changed: [after[1]],
      removed: [{ bodyId: 1n }],
    });
  });

  it('is none where only what is taken for granted is left out', async () => {
    const told = neuron(1n, { status: 'Segmented', flags: [], rois: {}, derivedFrom: [], type: undefined });
    const changes = await differenceOf('neurons', [told], [neuron(1n)]);
    expect(isNoChange({ neurons: changes })).toBe(true);
    const kind = synapse(1n, { kind: 'excitatory', rois: [] });
    expect(isNoChange({ synapses: await differenceOf('synapses', [kind], [synapse(1n)]) })).toBe(true);
  });

  it('sees a site that moved, another partner, another source', async () => {
    for (const otherwise of [
      { postLocation: { x: 4, y: 5, z: 7 } },
      { preBodyId: null },
      { derivedFrom: { kind: 'synapses', key: '0', hash: 'b' } },
      { confidence: 0.1 + Number.EPSILON },
    ]) {
      const { changed } = await differenceOf('synapses', [synapse(1n)], [synapse(1n, otherwise)]);
      expect(changed.length, JSON.stringify(Object.keys(otherwise))).toBe(1);
    }
  });

  it('takes what stands as a stream', async () => {
    async function* stream() {
      for (const postBodyId of [1n, 2n]) yield { ...connection, postBodyId };
    }
    const connection = {
      preBodyId: 1n,
      weight: 1n,
      weightHP: 0n,
      weightHR: 1n,
      excitatoryShare: 1,
      meanConfidence: 1,
    };
    const after: ConnectionRow[] = [{ ...connection, postBodyId: 2n, weight: 5n }];
    const changes = await differenceOf('connections', stream(), after);
    expect(countChanges({ connections: changes }).connections).toEqual({ added: 0, changed: 1, removed: 1 });
    expect(changes.removed).toEqual([{ preBodyId: 1n, postBodyId: 1n }]);
  });
});

describe('presynaptic sites', () => {
  it('say of themselves what their first contact says, in whatever order contacts come', () => {
    const [site] = sitesOf([synapse(3n), synapse(2n), synapse(5n)]);
    expect(site).toMatchObject({ siteId: 9n, bodyId: 1n, confidence: 0.2, location: { x: 1, y: 2, z: 3 } });
    expect(sitesOf([synapse(5n), synapse(2n), synapse(3n)])).toEqual([site]);
    expect(sitesOf([synapse(4n, { preSiteId: undefined })])[0].siteId).toBe(4n);
  });
});
