import {
  growBox,
  intersectBox,
  shapeOf,
  type BlockGrid,
  type Box,
  type CellMeasurement,
  type Vec3,
} from '@stratome/core';
import { distanceTransform } from '@stratome/kernels';
import type { RefinementParameters } from './parameters.js';
import { numberSegments } from './segments.js';

/** The voxels that `measureComposition` needs of a block: as far as a soma's ball may reach. */
export function compositionSource(
  block: Box,
  volumeShape: Vec3,
  voxelNm: Vec3,
  { somaDepthNm }: Pick<RefinementParameters, 'somaDepthNm'>,
): Box {
  const margin = voxelNm.map((width) => 2 * Math.ceil(somaDepthNm / width));
  const grown = growBox(block, [margin[0], margin[1], margin[2]]);
  return intersectBox(grown, { begin: [0, 0, 0], end: volumeShape });
}

/** What is known of an object beside its voxels. */
export interface ObjectNature {
  /** Suspiciously large. */
  readonly large: boolean;
  readonly vessel: boolean;
}

/**
 * What fills each quality cell, as shares of its segmented voxels: suspiciously large objects, vessels, and somata.
 * Soma is where a ball of radius `somaDepthNm` fits into an object that is no vessel (the object opened by that ball):
 * cell bodies, and the thickest processes. Neither depends on synapses, and membranes that fade move it little.
 *
 * @param segmentation of `box`, C order z, y, x; 0 = none. Not mutated.
 * @param box `compositionSource` of the block, or more
 * @param block the part that is measured; parts of the blocks of a fixed grid can be combined, weighted
 * @param cells the quality grid, in the voxels of the segmentation
 * @param natureOf of a segment
 */
export function measureComposition(
  segmentation: BigUint64Array,
  box: Box,
  block: Box,
  cells: BlockGrid,
  voxelNm: Vec3,
  natureOf: (id: bigint) => ObjectNature,
  { somaDepthNm }: Pick<RefinementParameters, 'somaDepthNm'>,
): CellMeasurement[] {
  const { local, ids } = numberSegments(segmentation);
  const natures = Array.from(ids, natureOf);
  const soma = insideOfSomata(
    local,
    box,
    cells.shape,
    voxelNm,
    (label) => !natures[label].vessel,
    somaDepthNm,
  );
  const sums = () => new Float64Array(cells.length);
  const [segmented, large, vessel, deep] = [sums(), sums(), sums(), sums()];
  cells.forEachStretch(block, box, (cell, from, to) => {
    for (let i = from; i < to; i++) {
      if (local[i] === 0) continue;
      const nature = natures[local[i] - 1];
      segmented[cell]++;
      if (nature.large) large[cell]++;
      if (nature.vessel) vessel[cell]++;
      if (soma?.[i]) deep[cell]++;
    }
  });
  return Array.from(segmented).flatMap((weight, cell) => {
    const row = (measure: string, sum: Float64Array) => ({
      cell,
      measure,
      value: sum[cell] / weight,
      weight,
    });
    return weight > 0
      ? [row('largeObjectFlags', large), row('vesselFraction', vessel), row('somaFraction', deep)]
      : [];
  });
}

/**
 * The objects opened by a ball: 1 where it fits. undefined where it fits nowhere.
 *
 * @param counts whether a label (from 0) is looked at
 */
function insideOfSomata(
  local: Uint32Array,
  box: Box,
  volumeShape: Vec3,
  voxelNm: Vec3,
  counts: (label: number) => boolean,
  radiusNm: number,
): Uint8Array | undefined {
  const shape = shapeOf(box);
  // Beyond the volume's faces tissue goes on; beyond the box's other faces nothing is measured.
  const at = (k: number) => ({ low: box.begin[k] === 0, high: box.end[k] === volumeShape[k] });
  const faces = [at(0), at(1), at(2)] as const;
  const open = {
    low: [faces[0].low, faces[1].low, faces[2].low] as const,
    high: [faces[0].high, faces[1].high, faces[2].high] as const,
  };
  const depthNm = distanceTransform(local, shape, voxelNm, open);
  const outside = new Uint8Array(local.length);
  let found = false;
  for (let i = 0; i < local.length; i++) {
    const core = depthNm[i] >= radiusNm && counts(local[i] - 1);
    outside[i] = core ? 0 : 1;
    found ||= core;
  }
  if (!found) return undefined;
  const fromCoreNm = distanceTransform(outside, shape, voxelNm, {
    low: [true, true, true],
    high: [true, true, true],
  });
  return outside.map((_, i) => (fromCoreNm[i] < radiusNm && counts(local[i] - 1) ? 1 : 0));
}
