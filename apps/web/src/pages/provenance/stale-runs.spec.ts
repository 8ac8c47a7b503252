import { expect, it } from 'vitest';
import { reasonsByRun } from './stale-runs.js';

const reason = (stage: string | null, runId: string | null) => ({
  cause: 'model',
  stage,
  runId,
  message: `${stage}/${runId}`,
});

it('marks the run that a reason names, or all of its stage where it names none', () => {
  const runs = [
    { runId: 'a', stage: 'segment' },
    { runId: 'b', stage: 'segment' },
    { runId: 'c', stage: 'graph' },
  ];
  const found = reasonsByRun(runs, [
    reason('segment', 'a'),
    reason('segment', 'z'),
    reason('graph', null),
    reason(null, null),
  ]);
  expect([...found].map(([runId, reasons]) => [runId, ...reasons.map(({ message }) => message)])).toEqual([
    ['a', 'segment/a'],
    ['c', 'graph/null'],
  ]);
});
