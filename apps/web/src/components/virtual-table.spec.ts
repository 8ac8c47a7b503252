import { expect, it } from 'vitest';
import { type Column, sorted } from './virtual-table.js';

const column = (value: Column<{ v: number | string | null }>['value']) => ({
  key: 'v',
  title: 'v',
  value,
  width: '1fr',
});
const rows = (...values: (number | string | null)[]) => values.map((v) => ({ v }));
const plain = (list: { v: number | string | null }[]) => list.map(({ v }) => v);

it('sorts numbers by size and ids as numbers, and puts what has no value last', () => {
  const byValue = column(({ v }) => v);
  expect(plain(sorted(rows(10, null, 9, 100), byValue, false))).toEqual([9, 10, 100, null]);
  expect(plain(sorted(rows(10, null, 9, 100), byValue, true))).toEqual([100, 10, 9, null]);
  expect(plain(sorted(rows('10', '9', '9223372036854775807'), byValue, false))).toEqual([
    '9',
    '10',
    '9223372036854775807',
  ]);
});
