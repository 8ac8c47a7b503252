import type { Vec3 } from '@stratome/core';

export interface NeuroglancerLayer {
  readonly name: string;
  readonly type: 'image' | 'segmentation';
  /** The volume's address; the link adds `precomputed://` (or `zarr://`). */
  readonly url: string;
  readonly format?: 'precomputed' | 'zarr';
  /** Segments to be shown in 3-D. */
  readonly segments?: readonly bigint[];
  readonly visible?: boolean;
}

export interface NeuroglancerView {
  /** Where the viewer is served. */
  readonly viewerUrl: string;
  readonly layers: readonly NeuroglancerLayer[];
  /** Size of a voxel of the coordinates, z, y, x, nm. */
  readonly voxelNm: Vec3;
  /** The middle of the view, z, y, x, voxels. */
  readonly positionVoxels: Vec3;
  /** How many voxels a screen pixel covers in the cross-sections. */
  readonly crossSectionScale?: number;
}

const layerState = ({ name, type, url, format = 'precomputed', segments, visible }: NeuroglancerLayer) => ({
  type,
  source: `${format}://${url}`,
  name,
  ...(segments ? { segments: segments.map(String) } : {}),
  ...(visible === false ? { visible: false } : {}),
});

/** The viewer's state: dimensions x, y, z in metres, as Neuroglancer has them. */
export function neuroglancerState({
  layers,
  voxelNm,
  positionVoxels,
  crossSectionScale = 1,
}: NeuroglancerView) {
  const metres = (nm: number) => Number((nm * 1e-9).toPrecision(12));
  const [z, y, x] = voxelNm;
  return {
    dimensions: { x: [metres(x), 'm'], y: [metres(y), 'm'], z: [metres(z), 'm'] },
    // Positions are continuous: the middle of a voxel is half a voxel on.
    position: [positionVoxels[2] + 0.5, positionVoxels[1] + 0.5, positionVoxels[0] + 0.5],
    crossSectionScale,
    layers: layers.map(layerState),
    selectedLayer: { visible: true, layer: layers[layers.length - 1]?.name },
    layout: '4panel',
  };
}

/** An address that opens Neuroglancer on these layers. */
export function neuroglancerLink(view: NeuroglancerView): string {
  const state = encodeURIComponent(JSON.stringify(neuroglancerState(view)));
  return `${view.viewerUrl.replace(/\/$/, '')}/#!${state}`;
}
