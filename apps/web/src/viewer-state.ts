import { colorStops } from './quality/color-scale.js';
import type { VolumesData } from './generated/operations.js';
import type { Place } from './quality/slice.js';
import type { VoxelRange } from './volumes/precomputed.js';

type DatasetVolumes = VolumesData['dataset'];

/** A quality field as a layer: its values between the ends of `range` are coloured. */
export interface QualityLayer {
  readonly layer: string;
  readonly measure: string;
  readonly range: readonly [number, number];
}

interface Wanted {
  readonly name: string;
  readonly bodyIds: readonly string[];
  /** Voxels of the dataset; its middle when left out. */
  readonly at: Place | undefined;
  /** A region to outline. */
  readonly box?: VoxelRange | undefined;
  readonly quality?: QualityLayer | undefined;
}

/** Drawn as layers in this order, those that are there. */
const imageNames = ['em', 'raw', 'synapsemaps'];

const listed = ({ x, y, z }: Place): [number, number, number] => [x, y, z];

const synapseShader = `
void main() {
  setColor(prop_kind() == uint(2) ? vec3(1.0, 0.45, 0.35) : vec3(1.0, 0.85, 0.25));
  setEndpointMarkerSize(2.0, 5.0);
  setLineWidth(2.0);
}
`;

/** All synapses, as the API serves them; with segments chosen, those that they make or receive. */
const synapseLayer = (source: string, isChosen: boolean) => ({
  type: 'annotation',
  name: 'synapses',
  source,
  shader: synapseShader,
  linkedSegmentationLayer: { presynaptic: 'segmentation', postsynaptic: 'segmentation' },
  filterBySegmentation: isChosen ? ['presynaptic', 'postsynaptic'] : [],
});

/** The app's colour scale as a function of a shader. */
const scaleShader = `
#uicontrol invlerp normalized
vec3 scale(float share) {
  float place = clamp(share, 0.0, 1.0) * ${(colorStops.length - 1).toFixed(1)};
${colorStops
  .slice(1)
  .map((to, i) => {
    const [from, next] = [colorStops[i], to].map(
      (color) => `vec3(${color.map((v) => (v / 255).toFixed(4)).join(', ')})`,
    );
    return `  if (place <= ${(i + 1).toFixed(1)}) return mix(${from}, ${next}, place - ${i.toFixed(1)});`;
  })
  .join('\n')}
  return vec3(1.0);
}
void main() {
  float value = toRaw(getDataValue());
  if (value != value) emitTransparent();
  else emitRGBA(vec4(scale(normalized()), 0.55));
}
`;

function qualityLayer(source: string, { layer, measure, range }: QualityLayer) {
  return {
    type: 'image',
    name: `${layer} ${measure}`,
    source,
    shader: scaleShader,
    shaderControls: { normalized: { range } },
    opacity: 1,
  };
}

/** A region as a box. */
function regionLayer({ begin, end }: VoxelRange, dimensions: object) {
  const annotation = { type: 'axis_aligned_bounding_box', id: 'region' };
  return {
    type: 'annotation',
    name: 'region',
    source: { url: 'local://annotations', transform: { outputDimensions: dimensions } },
    annotations: [{ ...annotation, pointA: listed(begin), pointB: listed(end) }],
    annotationColor: '#ff4d3d',
  };
}

/**
 * Neuroglancer's state: image, a quality field, segmentation with its meshes and skeletons, synapses, and a region.
 *
 * @param origin where the volumes are served, without a slash at the end
 */
export function viewerState(
  { voxelNm, shape, volumes, revision }: DatasetVolumes,
  { name: dataset, bodyIds, at, box, quality }: Wanted,
  origin: string,
): object {
  const metres = (nm: number): [number, 'm'] => [nm * 1e-9, 'm'];
  const dimensions = { x: metres(voxelNm.x), y: metres(voxelNm.y), z: metres(voxelNm.z) };
  const source = (path: string) => `precomputed://${origin}${path}/precomputed`;
  const beside = (name: string) => source(`/volumes/${dataset}/${revision}/${name}`);
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
      ...(quality ? [qualityLayer(beside(`quality.${quality.layer}.${quality.measure}`), quality)] : []),
      ...(segmentation
        ? [
            {
              type: 'segmentation',
              name: 'segmentation',
              source: source(segmentation.path),
              segments: bodyIds,
              // With nothing chosen all segments are filled, which would hide the field.
              visible: !quality || bodyIds.length > 0,
              selectedAlpha: 0.35,
              skeletonRendering: { mode2d: 'lines_and_points', mode3d: 'lines' },
            },
          ]
        : []),
      synapseLayer(beside('synapses'), bodyIds.length > 0),
      ...(box ? [regionLayer(box, dimensions)] : []),
    ],
    layout: '4panel',
    showSlices: bodyIds.length === 0,
  };
}
