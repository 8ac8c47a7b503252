import { badInput } from '@stratome/core';
import { LabelPairTable } from '@stratome/kernels';

export type IdArray = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Numbers ids 1, 2, … as they come; 0 stays 0. */
class IdNumbers {
  readonly #table = new LabelPairTable(4096);
  #lastLow = 0;
  #lastHigh = 0;
  #last = 0;

  get count(): number {
    return this.#table.size;
  }

  of(low: number, high: number): number {
    if (low === 0 && high === 0) return 0;
    if (low !== this.#lastLow || high !== this.#lastHigh) {
      this.#lastLow = low;
      this.#lastHigh = high;
      this.#last = this.#table.entry(low, high) + 1;
    }
    return this.#last;
  }
}

interface IdWords {
  readonly words: Uint8Array | Uint16Array | Uint32Array;
  /** Words an id. */
  readonly stride: 1 | 2;
}

function wordsOf(ids: IdArray): IdWords {
  if (!(ids instanceof BigUint64Array)) return { words: ids, stride: 1 };
  return { words: new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length), stride: 2 };
}

/** Reads the number of voxel i (little-endian words for 64-bit ids). */
const numberAt = (numbers: IdNumbers, { words, stride }: IdWords, i: number): number =>
  stride === 1 ? numbers.of(words[i], 0) : numbers.of(words[2 * i], words[2 * i + 1]);

/**
 * How many voxels each pair (truth body, segment) has in common, gathered box by box.
 *
 * Truth 0 is left out, as in SNEMI3D and CREMI. Segment 0 counts as one more segment. Gathering is exact and
 * the order of boxes is free.
 */
export class ContingencyTable {
  readonly #truth = new IdNumbers();
  readonly #segments = new IdNumbers();
  /** Entries are (truth number, segment number). */
  readonly pairs = new LabelPairTable(4096);
  /** Voxels with truth. */
  voxels = 0;

  /**
   * Adds the voxels of one box.
   *
   * @param truth ids, 0 where there is none
   * @param segmentation ids of the same voxels
   * @param include absent, or uint8: 0 where a voxel is to be left out
   * @throws badInput when the arrays differ in length
   */
  add(truth: IdArray, segmentation: IdArray, include?: Uint8Array): void {
    if (truth.length !== segmentation.length || (include && include.length !== truth.length))
      throw badInput(
        `Truth has ${truth.length} voxels and the segmentation ${segmentation.length}.`,
        'Read the same box.',
      );
    const [t, s] = [wordsOf(truth), wordsOf(segmentation)];
    let run = 0;
    let previousBody = 0;
    let previousSegment = 0;
    for (let i = 0; i < truth.length; i++) {
      const body = include && include[i] === 0 ? 0 : numberAt(this.#truth, t, i);
      const segment = numberAt(this.#segments, s, i);
      if (body === previousBody && segment === previousSegment) {
        run++;
        continue;
      }
      this.#addRun(previousBody, previousSegment, run);
      previousBody = body;
      previousSegment = segment;
      run = 1;
    }
    this.#addRun(previousBody, previousSegment, run);
  }

  #addRun(body: number, segment: number, voxels: number): void {
    if (body === 0 || voxels === 0) return;
    this.pairs.addCount(body, segment, voxels);
    this.voxels += voxels;
  }

  /** Voxels of each truth body (index: its number, from 1). */
  bodySizes(): Float64Array {
    return this.#marginal(this.pairs.first, this.#truth.count);
  }

  /** Voxels with truth of each segment (index: its number; 0 is background). */
  segmentSizes(): Float64Array {
    return this.#marginal(this.pairs.second, this.#segments.count);
  }

  #marginal(numbers: Uint32Array, count: number): Float64Array {
    const sizes = new Float64Array(count + 1);
    for (let e = 0; e < this.pairs.size; e++) sizes[numbers[e]] += this.pairs.count[e];
    return sizes;
  }
}
