import { expect, it } from 'vitest';
import { viewerState } from './viewer-state.js';

const volume = (name: string) => ({
  name,
  content: name === 'segmentation' ? 'segmentation' : 'image',
  dtype: 'uint8',
  mips: 1,
  path: `/volumes/d/3/${name}`,
  voxelNm: { x: 4, y: 4, z: 40 },
  shape: { x: 100, y: 80, z: 20 },
});
const dataset = {
  revision: '3',
  voxelNm: { x: 4, y: 4, z: 40 },
  shape: { x: 100, y: 80, z: 20 },
  volumes: ['affinities', 'raw', 'segmentation', 'em'].map(volume),
};
const wanted = { name: 'd', bodyIds: [], at: undefined };

it('shows the image, the neurons and their synapses at the middle', () => {
  const bodyIds = ['9223372036854775807'];
  expect(viewerState(dataset, { ...wanted, bodyIds }, 'http://here')).toMatchObject({
    dimensions: { x: [4e-9, 'm'], z: [4e-8, 'm'] },
    position: [50, 40, 10],
    layers: [
      { name: 'em', visible: true, source: 'precomputed://http://here/volumes/d/3/em/precomputed' },
      { name: 'raw', visible: false },
      { name: 'segmentation', segments: ['9223372036854775807'] },
      {
        name: 'synapses',
        source: 'precomputed://http://here/volumes/d/3/synapses/precomputed',
        filterBySegmentation: ['presynaptic', 'postsynaptic'],
      },
    ],
  });
});

it('goes to a place, with a region and a quality field', () => {
  const at = { x: 1, y: 2, z: 3 };
  const box = { begin: { x: 0, y: 0, z: 0 }, end: { x: 10, y: 20, z: 5 } };
  const quality = { layer: 'L4', measure: 'synapseDensity', range: [1, 9] as const };
  const state = viewerState(dataset, { ...wanted, at, box, quality }, '') as { layers: { name: string }[] };
  expect(state).toMatchObject({ position: [1, 2, 3], showSlices: true });
  expect(state.layers.map(({ name }) => name)).toEqual([
    'em',
    'raw',
    'L4 synapseDensity',
    'segmentation',
    'synapses',
    'region',
  ]);
  expect(state.layers[2]).toMatchObject({ shaderControls: { normalized: { range: [1, 9] } } });
  expect(state.layers[5]).toMatchObject({ annotations: [{ pointA: [0, 0, 0], pointB: [10, 20, 5] }] });
});
