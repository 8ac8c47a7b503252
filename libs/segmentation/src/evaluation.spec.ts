import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { ContingencyTable } from './contingency.js';
import { ignoreBoundaries, randScores, variationOfInformation } from './evaluation.js';
import { SegmentationHash, segmentationHash } from './segmentationHash.js';

function tableOf(truth: number[], segments: number[]): ContingencyTable {
  const table = new ContingencyTable();
  table.add(Uint32Array.from(truth), BigUint64Array.from(segments, BigInt));
  return table;
}

describe('evaluation', () => {
  it('is perfect for equal partitions under other names', () => {
    const table = tableOf([1, 1, 2, 2, 3], [9, 9, 4, 4, 7]);
    expect(variationOfInformation(table)).toEqual({ split: 0, merge: 0 });
    expect(randScores(table)).toEqual({ precision: 1, recall: 1, f: 1, error: 0 });
  });

  it('counts a body cut in halves as one bit of split', () => {
    const table = tableOf([1, 1, 1, 1], [5, 5, 6, 6]);
    expect(variationOfInformation(table)).toEqual({ split: 1, merge: 0 });
    expect(randScores(table)).toMatchObject({ precision: 1, recall: 0.5, f: 2 / 3 });
  });

  it('counts two bodies in one segment as one bit of merge', () => {
    const table = tableOf([1, 1, 2, 2], [5, 5, 5, 5]);
    expect(variationOfInformation(table)).toEqual({ split: 0, merge: 1 });
    expect(randScores(table)).toMatchObject({ precision: 0.5, recall: 1 });
  });

  it('works by hand on a mixed case', () => {
    // Joint 3, 1, 2, 2 of 8; bodies 4, 4; segments 3, 3, 2.
    const table = tableOf([1, 1, 1, 1, 2, 2, 2, 2], [5, 5, 5, 6, 6, 6, 7, 7]);
    const h = (...counts: number[]) => -counts.reduce((s, n) => s + (n / 8) * Math.log2(n / 8), 0);
    const { split, merge } = variationOfInformation(table);
    expect(split).toBeCloseTo(h(3, 1, 2, 2) - h(4, 4), 12);
    expect(merge).toBeCloseTo(h(3, 1, 2, 2) - h(3, 3, 2), 12);
    expect(randScores(table).f).toBeCloseTo((2 * 18) / (32 + 22), 12);
  });

  it('leaves truth 0 out and keeps segment 0 as a segment', () => {
    const table = tableOf([0, 0, 1, 1], [5, 6, 0, 0]);
    expect(table.voxels).toBe(2);
    expect(variationOfInformation(table)).toEqual({ split: 0, merge: 0 });
    expect(variationOfInformation(tableOf([1, 1], [0, 5]))).toEqual({ split: 1, merge: 0 });
  });

  it('leaves out what the mask excludes', () => {
    const table = new ContingencyTable();
    table.add(Uint8Array.of(1, 1, 2), Uint8Array.of(4, 5, 5), Uint8Array.of(1, 0, 1));
    expect(variationOfInformation(table)).toEqual({ split: 0, merge: 0 });
  });

  it('does not depend on how the volume was cut, nor on the order of the boxes', () => {
    const random = seededRandom('evaluation');
    const truth = Uint32Array.from({ length: 3000 }, () => random.below(6));
    const segments = BigUint64Array.from(truth, (t) => (BigInt(t) << 40n) + BigInt(random.below(3)));
    const whole = new ContingencyTable();
    whole.add(truth, segments);
    const parts = new ContingencyTable();
    for (const begin of [2000, 0, 1000]) {
      parts.add(truth.subarray(begin, begin + 1000), segments.subarray(begin, begin + 1000));
    }
    expect(variationOfInformation(parts)).toEqual(variationOfInformation(whole));
    expect(randScores(parts)).toEqual(randScores(whole));
  });

  it('has values for no truth at all and refuses other lengths', () => {
    expect(variationOfInformation(new ContingencyTable())).toEqual({ split: 0, merge: 0 });
    expect(() => tableOf([1, 2], [1])).toThrow(/2 voxels/);
  });
});

describe('ignoreBoundaries', () => {
  const truth = Uint32Array.of(1, 1, 1, 1, 2, 2, 2, 2);

  it('drops voxels within the distance on both sides', () => {
    expect([...ignoreBoundaries(truth, [1, 1, 8], [0, 0, 1])]).toEqual([1, 1, 1, 0, 0, 2, 2, 2]);
    expect([...ignoreBoundaries(truth, [1, 1, 8], [0, 0, 2])]).toEqual([1, 1, 0, 0, 0, 0, 2, 2]);
  });

  it('does not wrap from one row into the next and leaves an axis of distance 0 alone', () => {
    expect([...ignoreBoundaries(truth, [1, 2, 4], [0, 0, 3])]).toEqual([...truth]);
    expect([...ignoreBoundaries(truth, [1, 2, 4], [0, 1, 0])]).toEqual(Array.from({ length: 8 }, () => 0));
  });
});

describe('segmentationHash', () => {
  const labels = Uint32Array.of(7, 7, 0, 3, 3, 9, 7, 9);

  it('depends on the partition, not on its ids, dtype or pieces', async () => {
    const renamed = BigUint64Array.from(labels, (l) => (l === 0 ? 0n : (BigInt(l) << 35n) + 5n));
    const one = await segmentationHash([labels]);
    expect(await segmentationHash([renamed.subarray(0, 4), renamed.subarray(4)])).toBe(one);
    expect(new SegmentationHash().add(labels.subarray(0, 3)).add(labels.subarray(3)).digest()).toBe(one);
  });

  it('tells other partitions apart, background included', async () => {
    const one = await segmentationHash([labels]);
    for (const i of labels.keys()) {
      const other = labels.slice();
      other[i] = 11;
      expect(await segmentationHash([other])).not.toBe(one);
    }
  });

  it('is SHA-256 of the numbers by first voxel as little-endian uint32', async () => {
    // printf '\x01\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0' | sha256sum
    expect(await segmentationHash([Uint8Array.of(4, 4, 0, 2)])).toBe(
      'a45c72ee5c46d6b8872ca4a5f594dca64b919e36a87a5d659b0f7217afdf2531',
    );
  });
});
