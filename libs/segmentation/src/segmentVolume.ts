import { BlockGrid, copyOverlap, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { agglomerate, type Agglomeration } from './agglomeration.js';
import { mergeEdgeTables, type EdgeTable } from './edgeTable.js';
import type { SegmentationParameters } from './parameters.js';
import { highFaceOf, regionEdges, type LabelledBlock, type NeighbourFace } from './regionEdges.js';
import { segmentLookup } from './segmentLookup.js';
import { affinityBoxOf, globalSupervoxels, supervoxelsOfBlock } from './supervoxels.js';
import { mergeSupervoxelTables, supervoxelTable, type SupervoxelTable } from './supervoxelTable.js';

/** A volume segmented in memory. */
export interface VolumeSegmentation {
  /** Segment ids, C order z, y, x. */
  readonly segmentation: BigUint64Array;
  readonly supervoxels: BigUint64Array;
  readonly edges: EdgeTable;
  readonly table: SupervoxelTable;
  readonly agglomeration: Agglomeration;
}

function cut(
  source: Uint8Array<ArrayBuffer>,
  sourceBox: Box,
  box: Box,
  channels: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(channels * voxelsIn(box));
  copyOverlap(source, sourceBox, out, box, channels);
  return out;
}

/**
 * Segments a whole volume in memory, block by block in the same way as a distributed run does.
 *
 * @param affinities uint8, (c, z, y, x): 3 affinity channels, then, when there are 5, glia and vessel probability
 * @param block the dataset's supervoxel block z, y, x, voxels
 * @param voxelNm voxel size z, y, x, nm
 */
export function segmentVolume(
  affinities: Uint8Array<ArrayBuffer>,
  shape: Vec3,
  block: Vec3,
  voxelNm: Vec3,
  parameters: SegmentationParameters,
): VolumeSegmentation {
  const grid = new BlockGrid(shape, block);
  const whole: Box = { begin: [0, 0, 0], end: shape };
  const n = voxelsIn(whole);
  const blocks = [...grid.positions()].map((position) => {
    const blockBox = grid.box(position);
    const box = affinityBoxOf(blockBox, shape, parameters);
    const made = supervoxelsOfBlock(
      cut(affinities, whole, box, 3),
      box,
      blockBox,
      undefined,
      voxelNm,
      parameters,
    );
    return {
      position,
      blockBox,
      count: made.count,
      blockIndex: grid.indexOf(position),
      labels: made.labels,
      shape: shapeOf(blockBox),
    };
  });
  const faceBelow = (position: Vec3, axis: 0 | 1 | 2): NeighbourFace | undefined => {
    if (position[axis] === 0) return undefined;
    const below: [number, number, number] = [...position];
    below[axis]--;
    return highFaceOf(blocks[grid.indexOf(below)], axis);
  };
  const tissueChannel = (c: number, box: Box) => cut(affinities.subarray(c * n, (c + 1) * n), whole, box, 1);
  const hasTissue = affinities.length >= 5 * n;
  const edges = mergeEdgeTables(
    blocks.map((b) =>
      regionEdges(
        b,
        [faceBelow(b.position, 0), faceBelow(b.position, 1), faceBelow(b.position, 2)],
        cut(affinities, whole, b.blockBox, 3),
      ),
    ),
  );
  const table = mergeSupervoxelTables(
    blocks.map((b) => {
      const tissue = hasTissue
        ? { glia: tissueChannel(3, b.blockBox), vessel: tissueChannel(4, b.blockBox) }
        : undefined;
      return supervoxelTable(b, b.count, b.blockBox, tissue);
    }),
  );
  const agglomeration = agglomerate(edges, table, parameters);
  const supervoxels = assemble(blocks, whole);
  const segmentation = supervoxels.slice();
  segmentLookup(agglomeration)(segmentation);
  return { segmentation, supervoxels, edges, table, agglomeration };
}

function assemble(
  blocks: readonly (LabelledBlock & { blockBox: Box })[],
  whole: Box,
): BigUint64Array<ArrayBuffer> {
  const out = new BigUint64Array(voxelsIn(whole));
  for (const b of blocks) copyOverlap(globalSupervoxels(b.labels, b.blockIndex), b.blockBox, out, whole);
  return out;
}
