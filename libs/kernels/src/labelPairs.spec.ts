import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { LabelPairTable } from './labelPairs.js';

describe('LabelPairTable', () => {
  it('agrees with a map while it grows', () => {
    const random = seededRandom('pairs');
    const table = new LabelPairTable(1);
    const expected = new Map<string, { count: number; sum: number; max: number }>();
    for (let i = 0; i < 20_000; i++) {
      const [a, b, value] = [random.below(60) + 4294967200, random.below(90), random.below(256)];
      table.add(a, b, value);
      const e = expected.get(`${a},${b}`) ?? { count: 0, sum: 0, max: 0 };
      expected.set(`${a},${b}`, { count: e.count + 1, sum: e.sum + value, max: Math.max(e.max, value) });
    }
    expect(table.size).toBe(expected.size);
    for (let e = 0; e < table.size; e++) {
      const pair = `${table.first[e]},${table.second[e]}`;
      expect({ count: table.count[e], sum: table.sum[e], max: table.max[e] }).toEqual(expected.get(pair));
      expect(table.find(table.first[e], table.second[e])).toBe(e);
    }
    expect(table.find(1, 1)).toBe(-1);
  });
});
