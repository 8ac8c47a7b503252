import type { Vec3 } from '@stratome/core';
import { median, robustSigma } from '@stratome/kernels';
import type { RefinementParameters } from '../parameters.js';
import type { ObjectRow } from './objectTable.js';

/** What an object is, as the segmentation stage decided. */
export type ObjectClass = 'neurite' | 'glia' | 'vessel' | 'none';

export interface ObjectFlags {
  readonly id: bigint;
  readonly class: ObjectClass;
  readonly volumeUm3: number;
  /** Below the size filter: gets no skeleton and is no neuron. */
  readonly dust: boolean;
  /** A small neurite that ends inside the data set on all sides: torn off something. */
  readonly orphan: boolean;
  /** A neurite so much larger than others that a merge error is likely. */
  readonly large: boolean;
  readonly touchesFace: boolean;
  /** Robust standard deviations of log volume above the median neurite. */
  readonly sizeScore: number;
  /** Share of the data set's voxels. */
  readonly share: number;
}

/**
 * Flags objects by size. Size is judged among neurites above the size filter, on the logarithm of volume, by
 * median and MAD, which a few mergers do not move.
 *
 * @param classOf class of a segment.
 * @returns flags in the order of the rows.
 */
export function flagObjects(
  rows: readonly ObjectRow[],
  volumeShape: Vec3,
  voxelNm: Vec3,
  classOf: (id: bigint) => ObjectClass,
  parameters: RefinementParameters,
): ObjectFlags[] {
  const voxelUm3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
  const allVoxels = volumeShape[0] * volumeShape[1] * volumeShape[2];
  const classes = rows.map(({ id }) => classOf(id));
  const logs = rows
    .filter(({ voxels }, n) => classes[n] === 'neurite' && voxels * voxelUm3 >= parameters.minVolumeUm3)
    .map(({ voxels }) => Math.log(voxels * voxelUm3));
  const middle = logs.length > 0 ? median(logs) : 0;
  const spread = logs.length > 0 ? robustSigma(logs, middle) : 0;
  return rows.map((row, n) => {
    const volumeUm3 = row.voxels * voxelUm3;
    const neurite = classes[n] === 'neurite';
    const dust = volumeUm3 < parameters.minVolumeUm3;
    const sizeScore = spread > 0 ? (Math.log(volumeUm3) - middle) / spread : 0;
    const share = row.voxels / allVoxels;
    return {
      id: row.id,
      class: classes[n],
      volumeUm3,
      dust,
      orphan: neurite && !dust && row.faces === 0 && volumeUm3 < parameters.orphanVolumeUm3,
      large: neurite && (sizeScore > parameters.largeMad || share > parameters.largeShare),
      touchesFace: row.faces !== 0,
      sizeScore,
      share,
    };
  });
}
