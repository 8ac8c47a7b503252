import { describe, expect, it } from 'vitest';
import { formatDuration, ProgressDisplay } from './progress-display.js';

function display(mode: 'live' | 'lines' | 'json', columns = 80) {
  const clock = { ms: 0 };
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text) > 0, columns };
  const progress = new ProgressDisplay(output, mode, () => clock.ms);
  return { clock, written, progress };
}

describe('progress as plain lines', () => {
  it('says throughput and time left from what was done since the first call', () => {
    const { clock, written, progress } = display('lines');
    progress.update({ stage: 'render', done: 40, total: 100, unit: 'blocks' });
    clock.ms = 10_000;
    progress.update({ stage: 'render', done: 60, total: 100, unit: 'blocks' });
    expect(written.at(-1)).toMatch(/^render +60\/100 blocks {2}2\.0 blocks\/s {2}20 s left\n$/);
  });

  it('writes at begin, at most every 5 s, and once at the end', () => {
    const { clock, written, progress } = display('lines');
    for (let done = 0; done <= 100; done++) {
      clock.ms = done * 200;
      progress.update({ stage: 'x', done, total: 100 });
    }
    progress.update({ stage: 'x', done: 100, total: 100 });
    expect(written.map((line) => /(\d+)\/100/.exec(line)?.[1])).toEqual(['0', '25', '50', '75', '100']);
    expect(written.at(-1)).toContain('took 20 s');
  });

  it('says that a stage of which everything was there is done', () => {
    const { written, progress } = display('lines');
    progress.update({ stage: 'x', done: 3, total: 3 });
    expect(written).toHaveLength(1);
    expect(written[0]).not.toContain('/s');
  });

  it('keeps stages apart', () => {
    const { written, progress } = display('lines');
    progress.update({ stage: 'a', done: 0, total: 2 });
    progress.update({ stage: 'b', done: 0, total: 2 });
    expect(written.map((line) => line[0])).toEqual(['a', 'b']);
  });
});

describe('progress on a terminal', () => {
  it('redraws all lines in place, at most ten times a second', () => {
    const { clock, written, progress } = display('live');
    progress.expect(['a', 'b']);
    expect(written.join('')).toBe('a                waiting\nb                waiting\n');
    written.length = 0;
    progress.update({ stage: 'a', done: 0, total: 9 });
    clock.ms = 50;
    progress.update({ stage: 'a', done: 1, total: 9 });
    expect(written.filter((text) => text.startsWith('\x1b[2F'))).toHaveLength(1);
    clock.ms = 150;
    progress.update({ stage: 'a', done: 2, total: 9 });
    expect(written.filter((text) => text.startsWith('\x1b[2F'))).toHaveLength(2);
    expect(written.at(-1)).toContain('2/9');
  });

  it('cuts lines that would wrap', () => {
    const { written, progress } = display('live', 24);
    progress.update({ stage: 'a-long-name-of-a-stage', done: 0, total: 5 });
    expect(written.join('').split('\n')[0]).toHaveLength(23);
  });

  it('writes notes above the lines, and leaves them standing at the end', () => {
    const { written, progress } = display('live');
    progress.update({ stage: 'a', done: 0, total: 1 });
    written.length = 0;
    progress.note('hello');
    expect(written.slice(0, 2)).toEqual(['\x1b[1F\x1b[J', 'hello\n']);
    progress.end();
    written.length = 0;
    progress.note('later');
    expect(written).toEqual(['later\n']);
  });
});

describe('progress with --json', () => {
  it('writes one JSON object a line', () => {
    const { clock, written, progress } = display('json');
    progress.update({ stage: 'a', done: 0, total: 4, unit: 'tiles' });
    clock.ms = 2_000;
    progress.update({ stage: 'a', done: 1, total: 4, unit: 'tiles' });
    progress.note('n');
    expect(written.map((line) => JSON.parse(line))).toEqual([
      { progress: { stage: 'a', done: 0, total: 4, unit: 'tiles', seconds: 0 } },
      {
        progress: {
          stage: 'a',
          done: 1,
          total: 4,
          unit: 'tiles',
          seconds: 2,
          perSecond: 0.5,
          secondsLeft: 6,
        },
      },
      { note: 'n' },
    ]);
  });
});

it('durations are written in their own units', () => {
  expect([4.4, 59.6, 125, 3_725].map(formatDuration)).toEqual(['4 s', '1 min 0 s', '2 min 5 s', '1 h 2 min']);
});
