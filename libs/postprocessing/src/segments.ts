import { LabelPairTable } from '@stratome/kernels';

/** The segments of a block under small numbers. */
export interface LocalSegments {
  /** 0 where the segmentation is 0, else 1 + the index into `ids`. */
  readonly local: Uint32Array;
  /** Segment ids in the order of their first voxel. */
  readonly ids: BigUint64Array;
}

/** Numbers the segments of a block from 1, in the order of their first voxel; 0 stays 0. */
export function numberSegments(segmentation: BigUint64Array): LocalSegments {
  const words = new Uint32Array(segmentation.buffer, segmentation.byteOffset, 2 * segmentation.length);
  const table = new LabelPairTable();
  const local = new Uint32Array(segmentation.length);
  let low = 0;
  let high = 0;
  let number = 0;
  for (let i = 0; i < local.length; i++) {
    if (words[2 * i] !== low || words[2 * i + 1] !== high) {
      low = words[2 * i];
      high = words[2 * i + 1];
      number = low === 0 && high === 0 ? 0 : 1 + table.entry(low, high);
    }
    local[i] = number;
  }
  const ids = new BigUint64Array(table.size);
  for (let n = 0; n < table.size; n++) ids[n] = (BigInt(table.second[n]) << 32n) | BigInt(table.first[n]);
  return { local, ids };
}
