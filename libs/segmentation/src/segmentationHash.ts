import { createHash } from 'node:crypto';
import { LabelPairTable } from '@stratome/kernels';
import type { IdArray } from './contingency.js';

/**
 * A hash of a partition that does not depend on its ids: labels are renumbered 1, 2, … by first voxel in raster
 * order (0 stays 0), and SHA-256 is taken over the numbers as little-endian uint32. Feed it a volume from
 * z = 0 on, in pieces of whole z-planes of any thickness.
 */
export class SegmentationHash {
  readonly #sha = createHash('sha256');
  readonly #numbers = new LabelPairTable(4096);

  /** @param labels the next voxels in C order z, y, x */
  add(labels: IdArray): this {
    const wide = labels instanceof BigUint64Array;
    const words = wide ? new Uint32Array(labels.buffer, labels.byteOffset, 2 * labels.length) : labels;
    const numbers = new Uint32Array(labels.length);
    for (let i = 0; i < labels.length; i++) {
      const low = wide ? words[2 * i] : words[i];
      const high = wide ? words[2 * i + 1] : 0;
      if (low !== 0 || high !== 0) numbers[i] = this.#numbers.entry(low, high) + 1;
    }
    this.#sha.update(new Uint8Array(numbers.buffer));
    return this;
  }

  /** The hash as lower-case hex; nothing can be added afterwards. */
  digest(): string {
    return this.#sha.digest('hex');
  }
}

/** The hash of a whole volume given as pieces of whole z-planes in order. */
export async function segmentationHash(pieces: Iterable<IdArray> | AsyncIterable<IdArray>): Promise<string> {
  const hash = new SegmentationHash();
  for await (const piece of pieces) hash.add(piece);
  return hash.digest();
}
