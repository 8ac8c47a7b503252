import { expect, it } from 'vitest';
import { connectionChanges } from './revision-diff.js';

it('connections that are new, gone or of another weight stand in one list, the largest change first', () => {
  const ends = (preBodyId: string, postBodyId: string, weight: string) => ({ preBodyId, postBodyId, weight });
  const totals = { gained: 1, lost: 1, changed: 1 };
  const rows = connectionChanges({
    totals,
    gained: [ends('1', '2', '3')],
    lost: [ends('3', '4', '9')],
    changed: [{ before: ends('5', '6', '4'), after: { weight: '5' } }],
  });
  expect(rows).toEqual([
    { pre: '3', post: '4', before: 9, after: 0 },
    { pre: '1', post: '2', before: 0, after: 3 },
    { pre: '5', post: '6', before: 4, after: 5 },
  ]);
});
