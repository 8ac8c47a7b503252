import { expect, it } from 'vitest';
import { ProgressDisplay } from '../progress-display.js';
import { LocalProgress } from './local-progress.js';

it('shows a stage with its throughput and the time left', () => {
  const written: string[] = [];
  let seconds = 0;
  const output = { write: (text: string) => written.push(text) > 0 };
  const display = new ProgressDisplay(output, 'lines', () => seconds * 1000);
  const predicted = new LocalProgress(display).begin('affinities', 4, 'boxes');
  for (seconds of [10, 20, 30, 40]) predicted(5000);
  expect(written.map((line) => line.trim())).toEqual([
    expect.stringMatching(/^predict affinities +0\/4 boxes$/),
    expect.stringMatching(/1\/4 boxes  500 voxels\/s  30 s left$/),
    expect.stringMatching(/2\/4 boxes  500 voxels\/s  20 s left$/),
    expect.stringMatching(/3\/4 boxes  500 voxels\/s  10 s left$/),
    expect.stringMatching(/4\/4 boxes  500 voxels\/s  took 40 s$/),
  ]);
});
