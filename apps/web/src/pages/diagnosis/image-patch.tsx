import { useEffect, useMemo, useRef, useState } from 'react';
import { useOperation } from '../../api/use-operation.js';
import { Notice } from '../../components/notice.js';
import {
  greyPixels,
  patchRange,
  patchVoxels,
  pictureSize,
  type Plane,
  scaleBarNm,
  segmentPixels,
} from '../../diagnosis/patch.js';
import { synapsesInBox, type SynapsesInBoxData, type VolumesData } from '../../generated/operations.js';
import { colorAt } from '../../quality/color-scale.js';
import type { Place } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import {
  openVolume,
  type PrecomputedVolume,
  readRange,
  type VoxelRange,
  type Voxels,
} from '../../volumes/precomputed.js';

const t = strings.diagnosis.patch;
type DatasetVolumes = VolumesData['dataset'];
type Synapse = SynapsesInBoxData['synapsesInBox']['items'][number];

/** What is drawn over the image. */
export type Overlay = 'none' | 'segments' | 'synapses' | 'connections';

interface Read {
  readonly volume: PrecomputedVolume;
  readonly range: VoxelRange;
  readonly voxels: Voxels;
}

/** Reads the part of a volume that a patch shows; nothing without a path. */
function usePatch(
  dataset: DatasetVolumes,
  path: string | undefined,
  place: Place,
  plane: Plane,
  sideNm: number,
) {
  const [found, setFound] = useState<{ read?: Read; failed?: true }>({});
  const { x, y, z } = place;
  useEffect(() => {
    if (path === undefined) return undefined;
    const controller = new AbortController();
    const read = async () => {
      const volume = await openVolume(path, controller.signal);
      const asked = patchRange(volume, dataset, { x, y, z }, plane, sideNm);
      const answer = await readRange(volume, asked);
      if (!controller.signal.aborted) setFound({ read: { volume, ...answer } });
    };
    read().catch(() => {
      if (!controller.signal.aborted) setFound({ failed: true });
    });
    return () => controller.abort();
  }, [dataset, path, x, y, z, plane, sideNm]);
  return found;
}

function picture(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

interface Scene {
  readonly em: Read;
  readonly segments: Read | undefined;
  readonly synapses: readonly Synapse[];
  readonly plane: Plane;
  readonly overlay: Overlay;
  readonly dataset: DatasetVolumes;
}

const drawnPx = 2 * patchVoxels;

/** Synapses as lines from the presynaptic site, in the colour of their confidence; joined ones in white. */
function drawSynapses(context: CanvasRenderingContext2D, { em, synapses, overlay, dataset, plane }: Scene) {
  const { begin, end } = em.range;
  const down = plane === 'xy' ? 'y' : 'z';
  const at = (place: Place, axis: 'x' | 'y' | 'z') =>
    ((place[axis] * dataset.voxelNm[axis]) / em.volume.voxelNm[axis] - begin[axis]) *
    (drawnPx / (end[axis] - begin[axis]));
  for (const { location, preLocation, confidence } of synapses) {
    const [r, g, b] = colorAt(confidence);
    const color = overlay === 'synapses' ? `rgb(${r},${g},${b})` : '#fff';
    const [x, y] = [at(location, 'x'), at(location, down)];
    for (const [stroke, width] of [
      ['#000', 5],
      [color, 2.5],
    ] as const) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      if (preLocation) {
        context.moveTo(at(preLocation, 'x'), at(preLocation, down));
        context.lineTo(x, y);
      }
      context.stroke();
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

function drawScaleBar(context: CanvasRenderingContext2D, widthNm: number): void {
  const nm = scaleBarNm(widthNm);
  const length = (nm / widthNm) * drawnPx;
  context.fillStyle = 'rgb(0 0 0 / 65%)';
  context.fillRect(6, drawnPx - 30, Math.max(length, 64) + 12, 25);
  context.fillStyle = '#fff';
  context.fillRect(12, drawnPx - 12, length, 3);
  context.font = '13px system-ui, sans-serif';
  context.fillText(`${nm} nm`, 12, drawnPx - 16);
}

/** At least 1. */
function brightest(voxels: Voxels): number {
  let most = 1;
  for (const voxel of voxels) most = Math.max(most, Number(voxel));
  return most;
}

function draw(canvas: HTMLCanvasElement, scene: Scene): void {
  const { em, segments, plane, overlay, synapses } = scene;
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  const { width, height } = pictureSize(em.range, plane);
  const most = em.volume.dtype === 'uint8' ? 255 : brightest(em.voxels);
  context.drawImage(picture(greyPixels(em.voxels, most), width, height), 0, 0, drawnPx, drawnPx);
  if (segments && (overlay === 'segments' || overlay === 'connections')) {
    const joined = new Set(
      synapses.flatMap(({ preBodyId, postBodyId }) => [preBodyId ?? '', postBodyId ?? '']),
    );
    const size = pictureSize(segments.range, plane);
    const pixels = segmentPixels(segments.voxels, overlay === 'connections' ? joined : undefined);
    context.drawImage(picture(pixels, size.width, size.height), 0, 0, drawnPx, drawnPx);
  }
  if (overlay === 'synapses' || overlay === 'connections') drawSynapses(context, scene);
  drawScaleBar(context, (em.range.end.x - em.range.begin.x) * em.volume.voxelNm.x);
}

/** Synapses this far before and behind a patch are drawn on it, nm. */
const synapseDepthNm = 200;

function useSynapses(name: string, dataset: DatasetVolumes, em: Read | undefined, wanted: boolean) {
  const variables = useMemo(() => {
    if (!em || !wanted) return undefined;
    const corner = (side: 'begin' | 'end') => ({
      x: (em.range[side].x * em.volume.voxelNm.x) / dataset.voxelNm.x,
      y: (em.range[side].y * em.volume.voxelNm.y) / dataset.voxelNm.y,
      z:
        (em.range.begin.z * em.volume.voxelNm.z + (side === 'begin' ? -1 : 1) * synapseDepthNm) /
        dataset.voxelNm.z,
    });
    return { dataset: name, box: { begin: corner('begin'), end: corner('end') } };
  }, [name, dataset, em, wanted]);
  const items = useOperation(synapsesInBox, variables).data?.synapsesInBox.items;
  return items ?? noSynapses;
}

const noSynapses: readonly Synapse[] = [];

interface PatchProps {
  readonly name: string;
  readonly dataset: DatasetVolumes;
  readonly place: Place;
  readonly plane: Plane;
  readonly overlay: Overlay;
  readonly title: string;
  readonly describes: string;
}

/** A patch of the image, with what the layer made of it drawn over it. */
export function ImagePatch({ name, dataset, place, plane, overlay, title, describes }: PatchProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pathOf = (volume: string) => dataset.volumes.find((each) => each.name === volume)?.path;
  const emVolume = dataset.volumes.find((each) => each.name === 'em');
  const sideNm = patchVoxels * (emVolume?.voxelNm.x ?? dataset.voxelNm.x);
  const { read: em, failed } = usePatch(dataset, emVolume?.path, place, plane, sideNm);
  const withSegments = overlay === 'segments' || overlay === 'connections';
  const { read: segments } = usePatch(
    dataset,
    withSegments ? pathOf('segmentation') : undefined,
    place,
    plane,
    sideNm,
  );
  const synapses = useSynapses(name, dataset, em, overlay === 'synapses' || overlay === 'connections');
  useEffect(() => {
    if (em) draw(canvas.current!, { em, segments, synapses, plane, overlay, dataset });
  }, [em, segments, synapses, plane, overlay, dataset]);
  if (!emVolume || failed) return <Notice kind="empty">{t.none}</Notice>;
  return (
    <figure className="patch">
      <canvas
        ref={canvas}
        width={drawnPx}
        height={drawnPx}
        role="img"
        aria-label={`${title}: ${describes}`}
        data-drawn={em ? true : undefined}
      />
      <figcaption>{title}</figcaption>
    </figure>
  );
}
