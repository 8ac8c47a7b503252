import { badInput, boxContains, boxOfShape, formatBox, isEmpty, type Box, type Vec3 } from '@stratome/core';
import { formatPoint } from './annotation.js';

const size = (shape: Vec3): string => shape.join('×');

/**
 * @param shape of the aligned volume, z, y, x, voxels
 * @throws StratomeError badInput for a box that is empty, inverted or not inside the volume
 */
export function requireBoxInVolume(box: Box, shape: Vec3): Box {
  if (isEmpty(box)) {
    throw badInput(`The region ${formatBox(box)} is empty or inverted.`, 'Each end must be above its begin.');
  }
  if (boxContains(boxOfShape(shape), box)) return box;
  throw badInput(
    `The region ${formatBox(box)} is not inside the volume of ${size(shape)} voxels.`,
    `Give z0,y0,x0:z1,y1,x1 within 0,0,0:${shape.join(',')}.`,
  );
}

/** @throws StratomeError badInput for a point outside the aligned volume */
export function requirePointInVolume(point: Vec3, shape: Vec3): Vec3 {
  if (point.every((v, k) => Number.isInteger(v) && v >= 0 && v < shape[k])) return point;
  throw badInput(
    `The point ${formatPoint(point)} is not inside the volume of ${size(shape)} voxels.`,
    'Give z,y,x in voxels of the aligned volume.',
  );
}
