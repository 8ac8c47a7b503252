import { badInput } from '@stratome/core';
import { connectionsOfAt, type ConnectionsOfAtRow, type ShortestPathsRow } from '../generated/queries.js';
import type { Graph } from '../graph.js';
import type { Mask } from '../mask.js';

export interface PathsAsked extends Mask {
  readonly dataset: string;
  readonly revision: bigint;
  readonly fromBodyId: bigint;
  readonly toBodyId: bigint;
  readonly minWeight: bigint;
  readonly limit: number;
}

/** As the query `shortestPaths`. */
const mostHops = 10;
/** Connections looked at; beyond it the answer would take the memory of a whole graph. */
const mostConnections = 1_000_000;

/** A walk over connections that begins at one neuron: how far away those that it reached are. */
interface Walk {
  readonly direction: 'upstream' | 'downstream';
  readonly distance: Map<bigint, number>;
  frontier: bigint[];
  hops: number;
}

const walkFrom = (start: bigint, direction: Walk['direction']): Walk => ({
  direction,
  distance: new Map([[start, 0]]),
  frontier: [start],
  hops: 0,
});

/** Weights of the connections that were looked at, by postsynaptic neuron and presynaptic one. */
class Connections {
  private readonly byPost = new Map<bigint, Map<bigint, bigint>>();
  private count = 0;

  add({ preBodyId, postBodyId, weight }: ConnectionsOfAtRow): void {
    const known = this.byPost.get(postBodyId);
    if (known) known.set(preBodyId, weight);
    else this.byPost.set(postBodyId, new Map([[preBodyId, weight]]));
    if (++this.count > mostConnections)
      throw badInput(
        `The paths lead over more than ${mostConnections} connections.`,
        'Ask for a higher minWeight.',
      );
  }

  into(post: bigint): ReadonlyMap<bigint, bigint> {
    return this.byPost.get(post) ?? new Map();
  }
}

/**
 * All shortest paths from one neuron to another at a revision, up to ten hops, in order of their ids. Connections that a
 * later revision replaced are nodes of their own, so that paths over them are walked here, from both ends, a step of
 * the walk with the fewer neurons at a time.
 *
 * @throws StratomeError badInput when more connections must be looked at than fit in memory
 */
export async function shortestPathsAt(
  graph: Pick<Graph, 'run'>,
  asked: PathsAsked,
): Promise<ShortestPathsRow[]> {
  const ahead = walkFrom(asked.fromBodyId, 'downstream');
  const back = walkFrom(asked.toBodyId, 'upstream');
  const connections = new Connections();
  let length: number | undefined;
  while (length === undefined && ahead.hops + back.hops < mostHops) {
    const walk = ahead.frontier.length <= back.frontier.length ? ahead : back;
    if (walk.frontier.length === 0) return [];
    length = await step(graph, asked, walk, walk === ahead ? back : ahead, connections);
  }
  return length === undefined ? [] : pathsOf(length, ahead, back, connections, asked);
}

/** Goes one hop further. @returns the length of the shortest paths when the walks have met */
async function step(
  graph: Pick<Graph, 'run'>,
  { dataset, revision, minWeight, maskedCells, minConfidence }: PathsAsked,
  walk: Walk,
  other: Walk,
  connections: Connections,
): Promise<number | undefined> {
  const { direction, frontier: bodyIds } = walk;
  const asked = { dataset, revision, bodyIds, direction, minWeight, maskedCells, minConfidence };
  const rows = await graph.run(connectionsOfAt, asked);
  walk.hops++;
  walk.frontier = [];
  let met: number | undefined;
  for (const row of rows) {
    connections.add(row);
    const reached = direction === 'downstream' ? row.postBodyId : row.preBodyId;
    const rest = other.distance.get(reached);
    if (rest !== undefined) met = Math.min(met ?? Infinity, walk.hops + rest);
    if (walk.distance.has(reached)) continue;
    walk.distance.set(reached, walk.hops);
    walk.frontier.push(reached);
  }
  return met;
}

function pathsOf(
  length: number,
  ahead: Walk,
  back: Walk,
  connections: Connections,
  { fromBodyId, toBodyId, limit }: PathsAsked,
): ShortestPathsRow[] {
  const stands = (body: bigint, at: number) => {
    if (at === 0) return body === fromBodyId;
    return at <= ahead.hops ? ahead.distance.get(body) === at : back.distance.get(body) === length - at;
  };
  // From the end on, since only neurons that lead there count.
  const next = Array.from({ length }, () => new Map<bigint, { body: bigint; weight: bigint }[]>());
  let reached = new Set([toBodyId]);
  for (let at = length - 1; at >= 0; at--) {
    const before = new Set<bigint>();
    for (const post of reached)
      for (const [pre, weight] of connections.into(post)) {
        if (!stands(pre, at)) continue;
        before.add(pre);
        next[at].set(pre, [...(next[at].get(pre) ?? []), { body: post, weight }]);
      }
    reached = before;
  }
  const paths: ShortestPathsRow[] = [];
  const follow = (bodyIds: bigint[], weights: bigint[]): void => {
    if (weights.length === length) return void paths.push({ bodyIds, weights });
    const ways = next[weights.length].get(bodyIds.at(-1)!) ?? [];
    for (const { body, weight } of ways.toSorted((a, b) => (a.body < b.body ? -1 : 1))) {
      if (paths.length === limit) return;
      follow([...bodyIds, body], [...weights, weight]);
    }
  };
  follow([fromBodyId], []);
  return paths;
}
