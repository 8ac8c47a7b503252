import type { VolumesData } from './generated/operations.js';
import type { Place } from './quality/slice.js';

type DatasetVolumes = VolumesData['dataset'];

export interface Synapse {
  readonly siteId: string;
  readonly location: Place;
  readonly preLocation: Place | null;
}

interface Wanted {
  readonly bodyIds: readonly string[];
  /** Voxels of the dataset; its middle when left out. */
  readonly at: Place | undefined;
  readonly synapses: readonly Synapse[];
}

/** Drawn as layers in this order, those that are there. */
const imageNames = ['em', 'raw', 'synapsemaps'];

const listed = ({ x, y, z }: Place): [number, number, number] => [x, y, z];

/** Synapses as lines from the presynaptic to the postsynaptic site, in voxels of the dataset. */
function synapseLayer(synapses: readonly Synapse[], dimensions: object) {
  const annotations = synapses.map(({ siteId, location, preLocation }) =>
    preLocation
      ? { type: 'line', id: siteId, pointA: listed(preLocation), pointB: listed(location) }
      : { type: 'point', id: siteId, point: listed(location) },
  );
  const source = { url: 'local://annotations', transform: { outputDimensions: dimensions } };
  return { type: 'annotation', name: 'synapses', source, annotations, annotationColor: '#ffd23f' };
}

/**
 * Neuroglancer's state: image, segmentation with its meshes and skeletons, and synapses.
 *
 * @param origin where the volumes are served, without a slash at the end
 */
export function viewerState(
  { voxelNm, shape, volumes }: DatasetVolumes,
  { bodyIds, at, synapses }: Wanted,
  origin: string,
): object {
  const metres = (nm: number): [number, 'm'] => [nm * 1e-9, 'm'];
  const dimensions = { x: metres(voxelNm.x), y: metres(voxelNm.y), z: metres(voxelNm.z) };
  const source = (path: string) => `precomputed://${origin}${path}/precomputed`;
  const images = imageNames.flatMap((name) => volumes.filter((volume) => volume.name === name));
  const segmentation = volumes.find(({ name }) => name === 'segmentation');
  const position = at ? listed(at) : listed({ x: shape.x / 2, y: shape.y / 2, z: shape.z / 2 });
  return {
    dimensions,
    position,
    crossSectionScale: 0.5,
    projectionScale: Math.max(shape.x, shape.y, shape.z) * 1.2,
    layers: [
      ...images.map(({ name, path }) => ({
        type: 'image',
        name,
        source: source(path),
        visible: name === images[0].name,
      })),
      ...(segmentation
        ? [
            {
              type: 'segmentation',
              name: 'segmentation',
              source: source(segmentation.path),
              segments: bodyIds,
              selectedAlpha: 0.35,
              skeletonRendering: { mode2d: 'lines_and_points', mode3d: 'lines' },
            },
          ]
        : []),
      ...(synapses.length > 0 ? [synapseLayer(synapses, dimensions)] : []),
    ],
    layout: '4panel',
    showSlices: bodyIds.length === 0,
  };
}
