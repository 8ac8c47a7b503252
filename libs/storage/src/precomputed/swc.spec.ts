import { describe, expect, it } from 'vitest';
import { skeletonNodes, swcText } from './swc.js';

describe('a skeleton as SWC', () => {
  const skeleton = {
    verticesNm: Float32Array.of(0, 0, 0, 40, 8, 16, 80, 8, 16, 0, 80, 80, 40, 80, 8),
    edges: Uint32Array.of(1, 0, 1, 2, 1, 4),
    radiiNm: Float32Array.of(8, 16, 4, 4, 2),
  };

  it('has every vertex once, parents first, each tree with a root', () => {
    const nodes = skeletonNodes(skeleton, [40, 8, 8]);
    expect(nodes.map(({ id, parent }) => [id, parent])).toEqual([
      [1, -1],
      [2, 1],
      [3, 2],
      [4, 2],
      [5, -1],
    ]);
    expect(nodes[1]).toEqual({ id: 2, x: 2, y: 1, z: 1, radius: 2, parent: 1 });
    expect(swcText(nodes).split('\n')[2]).toBe('2 0 2 1 1 2 1');
  });

  it('of a loop is a tree all the same', () => {
    const loop = { ...skeleton, edges: Uint32Array.of(0, 1, 1, 2, 2, 3, 3, 4, 4, 0) };
    const nodes = skeletonNodes(loop, [40, 8, 8]);
    expect(nodes.filter(({ parent }) => parent < 0)).toHaveLength(1);
    expect(nodes).toHaveLength(5);
  });
});
