import type { Vec3 } from '@stratome/core';
import type { Skeleton } from './skeleton.js';

/** A node of a skeleton as SWC has it. */
export interface SwcNode {
  /** From 1, in the order of the file. */
  readonly id: number;
  /** Voxels. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Voxels of the x axis. */
  readonly radius: number;
  /** The parent's id, which is smaller; -1 for a root. */
  readonly parent: number;
}

function neighboursOf({ edges, radiiNm }: Skeleton): number[][] {
  const neighbours = Array.from(radiiNm, (): number[] => []);
  for (let i = 0; i < edges.length; i += 2) {
    neighbours[edges[i]].push(edges[i + 1]);
    neighbours[edges[i + 1]].push(edges[i]);
  }
  return neighbours;
}

/**
 * The nodes of a skeleton, parents before children: each tree from its first vertex, depth first. An edge that would
 * close a loop is left out, since SWC knows trees alone.
 *
 * @param voxelNm z, y, x
 */
export function skeletonNodes(skeleton: Skeleton, [nmZ, nmY, nmX]: Vec3): SwcNode[] {
  const { verticesNm, radiiNm } = skeleton;
  const neighbours = neighboursOf(skeleton);
  const ids = new Int32Array(radiiNm.length);
  const nodes: SwcNode[] = [];
  for (let root = 0; root < radiiNm.length; root++) {
    const stack = [{ vertex: root, parent: -1 }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { vertex, parent } = next;
      if (ids[vertex] > 0) continue;
      const [z, y, x] = verticesNm.subarray(3 * vertex, 3 * vertex + 3);
      const id = (ids[vertex] = nodes.length + 1);
      nodes.push({ id, x: x / nmX, y: y / nmY, z: z / nmZ, radius: radiiNm[vertex] / nmX, parent });
      for (const neighbour of neighbours[vertex].toReversed()) stack.push({ vertex: neighbour, parent: id });
    }
  }
  return nodes;
}

const digits = (value: number) => Number(value.toFixed(4));

/** SWC: id, type (0, undefined), x, y, z, radius, parent. */
export function swcText(nodes: readonly SwcNode[]): string {
  const lines = nodes.map(({ id, x, y, z, radius, parent }) =>
    [id, 0, digits(x), digits(y), digits(z), digits(radius), parent].join(' '),
  );
  return `# id type x y z radius parent; voxels\n${lines.join('\n')}\n`;
}
