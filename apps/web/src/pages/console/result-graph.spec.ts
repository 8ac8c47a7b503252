import { expect, it } from 'vitest';
import { graphIn, plotIn } from './result-graph.js';

const body = (bodyId: number) => ({ id: `4:${bodyId}`, labels: ['Neuron'], properties: { bodyId } });
const joins = (start: number, end: number, type: string) => ({
  id: `5:${start}/${end}`,
  start: `4:${start}`,
  end: `4:${end}`,
  type,
  properties: {},
});

it('draws nodes and relationships once each, the way they point, in a path or not', () => {
  const path = { nodes: [body(1), body(2), body(3)], relationships: [joins(1, 2, 'A'), joins(3, 2, 'B')] };
  const { nodes, edges } = graphIn([
    [joins(2, 9, 'C'), 5],
    [path, { of: [joins(1, 2, 'A')] }],
    [[body(2)], body(4)],
  ]);
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  expect([...labels.values()]).toEqual(['Neuron 1', 'Neuron 2', 'Neuron 3', 'Neuron 4', '']);
  expect(edges.map(({ from, to, label }) => [from, label, to])).toEqual([
    ['4:2', 'C', '4:9'],
    ['4:1', 'A', '4:2'],
    ['4:3', 'B', '4:2'],
  ]);
  expect(labels.get('4:9')).toBe('');
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
