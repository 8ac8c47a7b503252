import { clustering } from './clustering.js';
import { againstNull, meanOf, rewired } from './nullModel.js';
import { meanPathLength } from './paths.js';
import type { Projection } from './projection.js';

export interface SmallWorld {
  /** Mean over neurons. */
  readonly clustering: number;
  /** Mean number of connections of the shortest path, over pairs with a path. */
  readonly pathLength: number;
  readonly reachableShare: number;
  /** Means and sample standard deviations over graphs with the same degrees. */
  readonly nullClustering: number;
  readonly nullClusteringDeviation: number;
  readonly nullPathLength: number;
  readonly nullPathLengthDeviation: number;
  /** Clustering over that of chance, divided by path length over that of chance; null where chance gives none. */
  readonly sigma: number | null;
}

/**
 * Whether neurons cluster more than their degrees explain while paths stay short. Humphries and Gurney, PLoS ONE 3
 * (2008), for directed graphs: clustering after Fagiolo (2007), paths along connections.
 *
 * @param draws graphs drawn, at least 2
 * @param sources neurons from which paths are followed; null for all
 */
export function smallWorld(
  graph: Projection,
  { draws, sources, seed }: { draws: number; sources: number | null; seed: string },
  onProgress: (done: number, all: number) => void = () => {},
): SmallWorld {
  const measure = (one: Projection) => ({
    clustering: meanOf(clustering(one)),
    ...meanPathLength(one, { sources, seed }),
  });
  const own = measure(graph);
  onProgress(1, draws + 1);
  const drawn = Array.from({ length: draws }, (_, k) => {
    const measured = measure(rewired(graph, `${seed} ${k}`));
    onProgress(k + 2, draws + 1);
    return measured;
  });
  const ofClustering = againstNull(
    own.clustering,
    drawn.map((d) => d.clustering),
  );
  const ofLength = againstNull(
    own.length,
    drawn.map((d) => d.length),
  );
  return {
    clustering: own.clustering,
    pathLength: own.length,
    reachableShare: own.reachableShare,
    nullClustering: ofClustering.mean,
    nullClusteringDeviation: ofClustering.deviation,
    nullPathLength: ofLength.mean,
    nullPathLengthDeviation: ofLength.deviation,
    sigma: ofClustering.mean > 0 ? own.clustering / ofClustering.mean / (own.length / ofLength.mean) : null,
  };
}
