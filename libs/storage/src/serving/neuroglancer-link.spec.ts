import { expect, it } from 'vitest';
import { neuroglancerLink } from './neuroglancer-link.js';

it('links to a viewer with layers, voxel size and position in x, y, z', () => {
  const link = neuroglancerLink({
    viewerUrl: 'https://viewer.example/',
    layers: [
      { name: 'em', type: 'image', url: 'http://localhost:3000/volumes/d/em/precomputed' },
      {
        name: 'neurons',
        type: 'segmentation',
        url: 'http://h/z',
        format: 'zarr',
        segments: [9007199254740993n],
      },
    ],
    voxelNm: [40, 4.6, 4.6],
    positionVoxels: [10, 200, 300],
  });
  const [viewer, fragment] = link.split('/#!');
  expect(viewer).toBe('https://viewer.example');
  expect(fragment).not.toMatch(/[ "{}]/);
  expect(JSON.parse(decodeURIComponent(fragment))).toMatchObject({
    dimensions: { x: [4.6e-9, 'm'], y: [4.6e-9, 'm'], z: [4e-8, 'm'] },
    position: [300.5, 200.5, 10.5],
    layers: [
      { type: 'image', source: 'precomputed://http://localhost:3000/volumes/d/em/precomputed', name: 'em' },
      { type: 'segmentation', source: 'zarr://http://h/z', name: 'neurons', segments: ['9007199254740993'] },
    ],
  });
});
