import { badInput, supervoxelId, type Vec3 } from '@stratome/core';
import { LabelPairTable } from '@stratome/kernels';
import { touchingPairs } from './basinMerging.js';
import { emptyEdgeTable, sortEdges, type EdgeTable } from './edgeTable.js';

/** Labels of a block, numbered within it, with the block's index in the dataset's supervoxel grid. */
export interface LabelledBlock {
  readonly blockIndex: number;
  /** C order z, y, x */
  readonly labels: Uint32Array;
  readonly shape: Vec3;
}

/** The last layer of a neighbour block: the voxels that touch the next block's low face. */
export interface NeighbourFace {
  readonly blockIndex: number;
  /** The two axes of the face in the order z, y, x */
  readonly labels: Uint32Array;
}

/** The layer of a block that its neighbour at axis + 1 touches. */
export function highFaceOf({ blockIndex, labels, shape }: LabelledBlock, axis: 0 | 1 | 2): NeighbourFace {
  const [nz, ny, nx] = shape;
  const last: Vec3 = [axis === 0 ? nz - 1 : 0, axis === 1 ? ny - 1 : 0, axis === 2 ? nx - 1 : 0];
  const face = new Uint32Array((nz * ny * nx) / shape[axis]);
  let n = 0;
  for (let z = last[0]; z < nz; z++)
    for (let y = last[1]; y < ny; y++)
      for (let x = last[2]; x < nx; x++) face[n++] = labels[(z * ny + y) * nx + x];
  return { blockIndex, labels: face };
}

/** Accumulates the affinities between a block's low face and the layer of the neighbour below it. */
function facePairs(
  block: LabelledBlock,
  face: NeighbourFace,
  affinities: Uint8Array,
  axis: number,
): LabelPairTable {
  const [nz, ny, nx] = block.shape;
  const end: Vec3 = [axis === 0 ? 1 : nz, axis === 1 ? 1 : ny, axis === 2 ? 1 : nx];
  if (face.labels.length !== end[0] * end[1] * end[2])
    throw badInput(
      `A face of ${face.labels.length} voxels does not fit a block of ${block.shape.join('×')}.`,
    );
  const channel = axis * nz * ny * nx;
  const pairs = new LabelPairTable(face.labels.length >> 4);
  let n = 0;
  for (let z = 0; z < end[0]; z++) {
    for (let y = 0; y < end[1]; y++) {
      for (let x = 0; x < end[2]; x++, n++) {
        const i = (z * ny + y) * nx + x;
        if (block.labels[i] !== 0 && face.labels[n] !== 0)
          pairs.add(face.labels[n], block.labels[i], affinities[channel + i]);
      }
    }
  }
  return pairs;
}

/**
 * Edges of the region graph that a block owns: pairs that touch inside it or across its low z, y and x faces.
 * Over the blocks of a dataset every voxel face is counted exactly once.
 *
 * @param block supervoxels of the block
 * @param lowFaces for each axis the neighbour's last layer (`highFaceOf`), absent at the volume's face
 * @param affinities uint8 of the block without halo, (c, z, y, x) with at least 3 channels: channel 0, 1, 2 at a
 *   voxel links it with its neighbour at z−1, y−1, x−1
 * @throws badInput when an array does not fit the block
 */
export function regionEdges(
  block: LabelledBlock,
  lowFaces: readonly [NeighbourFace?, NeighbourFace?, NeighbourFace?],
  affinities: Uint8Array,
): EdgeTable {
  const voxels = block.shape[0] * block.shape[1] * block.shape[2];
  if (block.labels.length !== voxels || affinities.length < 3 * voxels)
    throw badInput(
      `Labels or affinities do not fit a block of ${block.shape.join('×')}.`,
      'Pass them without halo.',
    );
  const parts = [{ pairs: touchingPairs(block.labels, affinities, block.shape), other: block.blockIndex }];
  lowFaces.forEach((face, axis) => {
    if (face) parts.push({ pairs: facePairs(block, face, affinities, axis), other: face.blockIndex });
  });
  const table = emptyEdgeTable(parts.reduce((rows, { pairs }) => rows + pairs.size, 0));
  let row = 0;
  for (const { pairs, other } of parts) {
    for (let e = 0; e < pairs.size; e++, row++) {
      const a = supervoxelId(other, pairs.first[e]);
      const b = supervoxelId(block.blockIndex, pairs.second[e]);
      table.a[row] = a < b ? a : b;
      table.b[row] = a < b ? b : a;
      table.sum[row] = pairs.sum[e];
      table.count[row] = pairs.count[e];
      table.max[row] = pairs.max[e];
    }
  }
  return sortEdges(table);
}
