import { expect, it } from 'vitest';
import { depths, differences, runDrawing } from './run-graph.js';

const run = (runId: string) => ({ runId, stage: runId, layer: 'L1' });
const input = (sourceRunId: string, runId: string) => ({ sourceRunId, runId, artifacts: '2' });

it('a run stands right of all it reads from', () => {
  const runs = ['d', 'c', 'b', 'a'].map(run);
  const inputs = [input('c', 'd'), input('a', 'd'), input('a', 'b'), input('b', 'c')];
  expect(depths(runs, inputs)).toEqual(
    new Map([
      ['d', 3],
      ['c', 2],
      ['b', 1],
      ['a', 0],
    ]),
  );
  const { nodes, edges } = runDrawing(runs, inputs, new Map([['c', []]]));
  expect(nodes.map(({ label }) => label)).toEqual(['L1 d', 'L1 c (stale)', 'L1 b', 'L1 a']);
  const x = new Map(nodes.map(({ id, place }) => [id, place!.x]));
  for (const { from, to } of edges) expect(x.get(from)).toBeLessThan(x.get(to)!);
});

it('names the parameters that differ, also those only one has', () => {
  expect(differences('{"a":{"b":1,"c":[1,2]},"d":true}', '{"a":{"b":2,"c":[1,2]},"e":null}')).toEqual([
    { name: 'a.b', first: '1', second: '2' },
    { name: 'd', first: 'true', second: '–' },
    { name: 'e', first: '–', second: 'null' },
  ]);
  expect(differences('{"a":1}', '{"a":1}')).toEqual([]);
});
