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
const synapses = [
  { siteId: '5', location: { x: 1, y: 2, z: 3 }, preLocation: { x: 4, y: 5, z: 6 } },
  { siteId: '6', location: { x: 7, y: 8, z: 9 }, preLocation: null },
];

it('shows the image, the neurons and their synapses at the middle', () => {
  const wanted = { bodyIds: ['9223372036854775807'], at: undefined, synapses };
  expect(viewerState(dataset, wanted, 'http://here')).toMatchObject({
    dimensions: { x: [4e-9, 'm'], z: [4e-8, 'm'] },
    position: [50, 40, 10],
    layers: [
      { name: 'em', visible: true, source: 'precomputed://http://here/volumes/d/3/em/precomputed' },
      { name: 'raw', visible: false },
      { name: 'segmentation', segments: ['9223372036854775807'] },
      {
        name: 'synapses',
        annotations: [
          { type: 'line', id: '5', pointA: [4, 5, 6], pointB: [1, 2, 3] },
          { type: 'point', id: '6', point: [7, 8, 9] },
        ],
      },
    ],
  });
});

it('goes to a place, without a layer of no synapses', () => {
  const state = viewerState(dataset, { bodyIds: [], at: { x: 1, y: 2, z: 3 }, synapses: [] }, '');
  expect(state).toMatchObject({ position: [1, 2, 3], showSlices: true });
  expect((state as { layers: object[] }).layers).toHaveLength(3);
});
