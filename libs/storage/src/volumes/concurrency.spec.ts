import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapConcurrently } from './concurrency.js';

describe('mapConcurrently', () => {
  it('keeps the order and never exceeds the limit', async () => {
    let [running, most] = [0, 0];
    const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async (turns) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < turns; i++) await setImmediate();
      running--;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure, waits for what is under way, and throws the first', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const run = mapConcurrently([0, 1, 2, 3], 2, async (item) => {
      begun.push(item);
      await setImmediate();
      if (item === 0) throw new Error('first');
      await setImmediate();
      ended.push(item);
    });
    await expect(run).rejects.toThrow('first');
    expect(begun).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });
});
