import { badInput, boxContains, boxOfShape, formatBox, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { ContingencyTable, randScores, variationOfInformation, type IdArray } from '@stratome/segmentation';
import type { LabelVolume } from './label-volume.js';

export interface LabelComparison {
  /** The box that was compared, voxels. */
  readonly box: Box;
  /** Voxels in it that have truth; only these count. */
  readonly voxels: number;
  /** Bodies of the truth, and segments that share voxels with them; background is neither. */
  readonly bodies: number;
  readonly segments: number;
  /** Variation of information, bits. */
  readonly voi: { readonly split: number; readonly merge: number };
  readonly adaptedRandError: number;
  readonly randF: number;
  readonly randPrecision: number;
  readonly randRecall: number;
}

/** Sections read at once. */
const slabDepth = 32;

/** Voxel sizes that differ by less are the same, written with other digits. */
const voxelTolerance = 0.01;

/**
 * Scores a segmentation against truth, slab by slab. Both begin at voxel 0,0,0; one may have fewer sections.
 *
 * @param wanted the box to compare; without it all that both have
 * @throws badInput when the two do not lie in one frame, or nothing in the box has truth
 */
export async function compareLabels(
  segmentation: LabelVolume,
  truth: LabelVolume,
  wanted?: Box,
): Promise<LabelComparison> {
  requireSameFrame(segmentation, truth);
  const box = boxToCompare(segmentation, truth, wanted);
  const table = new ContingencyTable();
  for (let z = box.begin[0]; z < box.end[0]; z += slabDepth) {
    const [, ...low] = box.begin;
    const [, ...high] = box.end;
    const slab: Box = { begin: [z, ...low], end: [Math.min(z + slabDepth, box.end[0]), ...high] };
    const [bodies, segments] = await Promise.all([truth.read(slab), segmentation.read(slab)]);
    table.add(bodies, segments, labelled(bodies, truth.background));
  }
  if (table.voxels === 0) {
    throw badInput(`${truth.path} has no labelled voxel in ${formatBox(box)}.`, 'Compare another box.');
  }
  const rand = randScores(table);
  return {
    box,
    voxels: table.voxels,
    bodies: table.bodySizes().reduce((n, size) => n + (size > 0 ? 1 : 0), 0),
    segments: table.segmentSizes().reduce((n, size, id) => n + (id > 0 && size > 0 ? 1 : 0), 0),
    voi: variationOfInformation(table),
    adaptedRandError: rand.error,
    randF: rand.f,
    randPrecision: rand.precision,
    randRecall: rand.recall,
  };
}

/** A mask of what is not `background`; none is needed for 0, which never counts. */
function labelled(ids: IdArray, background: number): Uint8Array | undefined {
  if (background === 0) return undefined;
  return Uint8Array.from({ length: ids.length }, (_, i) => (Number(ids[i]) === background ? 0 : 1));
}

function requireSameFrame(segmentation: LabelVolume, truth: LabelVolume): void {
  const [, ...ours] = segmentation.shape;
  const [, ...theirs] = truth.shape;
  if (ours[0] !== theirs[0] || ours[1] !== theirs[1]) {
    throw badInput(
      `${segmentation.path} is ${ours.join('×')} voxels in y×x, and ${truth.path} is ${theirs.join('×')}.`,
      'Compare volumes of the same frame and voxel size.',
    );
  }
  const [a, b] = [segmentation.voxelNm, truth.voxelNm];
  if (a && b && a.some((nm, k) => Math.abs(nm - b[k]) > voxelTolerance * b[k])) {
    throw badInput(
      `${segmentation.path} has voxels of ${a.join(',')} nm, and ${truth.path} of ${b.join(',')} nm.`,
      'Compare volumes of the same frame and voxel size.',
    );
  }
}

function boxToCompare({ shape }: LabelVolume, truth: LabelVolume, wanted: Box | undefined): Box {
  const common: Vec3 = [Math.min(shape[0], truth.shape[0]), shape[1], shape[2]];
  if (!wanted) return boxOfShape(common);
  if (voxelsIn(wanted) > 0 && boxContains(boxOfShape(common), wanted)) return wanted;
  throw badInput(
    `The box ${formatBox(wanted)} is not inside ${formatBox(boxOfShape(common))}, which both volumes have.`,
    'Give a box inside it.',
  );
}
