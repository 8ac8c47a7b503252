import { expect, it } from 'vitest';
import { graphIn, plotIn } from './result-graph.js';

const body = (bodyId: number) => ({ labels: ['Neuron'], properties: { bodyId } });

it('draws a node once, and the relationships of paths', () => {
  const path = { nodes: [body(1), body(2), body(3)], relationships: [{ type: 'A' }, { type: 'B' }] };
  const { nodes, edges } = graphIn([
    [path, 5],
    [[body(2)], body(4)],
  ]);
  expect(nodes.map(({ label }) => label)).toEqual(['Neuron 1', 'Neuron 2', 'Neuron 3', 'Neuron 4']);
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  expect(edges.map(({ from, to, label }) => [labels.get(from), label, labels.get(to)])).toEqual([
    ['Neuron 1', 'A', 'Neuron 2'],
    ['Neuron 2', 'B', 'Neuron 3'],
  ]);
});

it('plots the second column of numbers over the first', () => {
  const rows = [
    ['b', 3, 30],
    ['a', 1, 10],
  ];
  expect(plotIn(['name', 'u', 'v'], rows)).toEqual({ x: [1, 3], y: [10, 30], xLabel: 'u', yLabel: 'v' });
  expect(plotIn(['v'], [[7], [5]])).toEqual({ x: [0, 1], y: [7, 5], xLabel: '#', yLabel: 'v' });
  expect(plotIn(['name'], [['b']])).toBeUndefined();
});
