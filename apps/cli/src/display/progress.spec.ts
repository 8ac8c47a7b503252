import { describe, expect, it } from 'vitest';
import type { StageProgress } from '@stratome/operations';
import { ProgressDisplay, secondsLeft, stageLine, throughput } from './progress.js';
import { formatCount, formatSeconds } from './units.js';

const begin = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(begin.getTime() + seconds * 1000);

const progress = (given: Partial<StageProgress> = {}): StageProgress => ({
  stage: 'affinities',
  done: 10,
  total: 40,
  reused: 0,
  waitingMs: 0,
  ioMs: 0,
  computeMs: 0,
  work: 20e6,
  plannedAt: begin,
  finishedAt: null,
  ...given,
});

describe('one stage', () => {
  it('has a throughput and a time left that follow from what was done', () => {
    expect(throughput(progress(), after(10))).toBe(2e6);
    expect(secondsLeft(progress(), after(10))).toBe(30);
  });

  it('promises nothing before its first task and after its last', () => {
    expect(secondsLeft(progress({ done: 0, work: 0 }), after(10))).toBeUndefined();
    expect(throughput(progress({ done: 0, work: 0 }), after(10))).toBeUndefined();
    expect(secondsLeft(progress({ done: 40 }), after(10))).toBeUndefined();
  });

  it('is one line', () => {
    const line = stageLine(progress({ reused: 3 }), after(10));
    expect(line).toMatch(/^L3 predict affinities +10\/40  2 M voxels\/s  30 s left  3 reused$/);
  });

  it('keeps its throughput once it is finished', () => {
    const done = progress({ done: 40, work: 80e6, finishedAt: after(40) });
    expect(stageLine(done, after(4000))).toMatch(/40\/40  2 M voxels\/s  done in 40 s$/);
  });
});

describe('the display', () => {
  const record = (isTTY: boolean, seconds: { now: number }) => {
    const written: string[] = [];
    const output = { write: (text: string) => written.push(text), isTTY, columns: 60 };
    return { written, display: new ProgressDisplay(output, () => after(seconds.now)) };
  };

  it('prints plain lines at most every 2 s, and one at the end', () => {
    const clock = { now: 1 };
    const { written, display } = record(false, clock);
    display.update([progress()]);
    clock.now = 2;
    display.update([progress({ done: 20 })]);
    expect(written).toHaveLength(1);
    clock.now = 3.5;
    display.update([progress({ done: 30 })]);
    expect(written).toHaveLength(2);
    clock.now = 3.6;
    display.update([progress({ done: 40, finishedAt: after(3.6) })]);
    display.update([progress({ done: 40, finishedAt: after(3.6) })]);
    expect(written).toHaveLength(3);
    expect(written.join('')).not.toContain('\x1b');
  });

  it('redraws in place on a terminal, no wider than it', () => {
    const { written, display } = record(true, { now: 5 });
    display.update([progress(), progress({ stage: 'synapsemaps' })]);
    display.update([progress()]);
    expect(written[0]).not.toContain('\x1b[2A');
    expect(written[1].startsWith('\x1b[2A')).toBe(true);
    const lines = written[0].split('\n').map((line) => line.replace('\r\x1b[2K', ''));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
  });
});

it('writes numbers and times for people', () => {
  expect([0.5, 7, 12.34, 950, 999_600, 1234, 2.5e6, 3e9].map(formatCount)).toEqual([
    '0.50',
    '7',
    '12.3',
    '950',
    '1.0 M',
    '1.2 k',
    '2.5 M',
    '3 G',
  ]);
  expect([0.44, 12.4, 59.7, 185, 7800].map(formatSeconds)).toEqual([
    '0.4 s',
    '12 s',
    '1 min 00 s',
    '3 min 05 s',
    '2 h 10 min',
  ]);
});
