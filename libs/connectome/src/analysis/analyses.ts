import { badInput, notFound } from '@stratome/core';
import { dotprops } from '../nblast/dotprops.js';
import { nblast } from '../nblast/nblast.js';
import { resample, type PointTree } from '../nblast/resample.js';
import { kohlScore, matrixScore } from '../nblast/scoring.js';
import { degrees, pageRank } from '../projection/centrality.js';
import { clustering } from '../projection/clustering.js';
import { communities } from '../projection/communities.js';
import { meanOf, richClub, richClubDegrees, triadScores } from '../projection/nullModel.js';
import { pathMeasures } from '../projection/paths.js';
import type { Projection } from '../projection/projection.js';
import { signedReach } from '../projection/signedPaths.js';
import { smallWorld } from '../projection/smallWorld.js';
import type { AnalysisName, AnalysisParameters } from './parameters.js';
import { sortedBy, type ResultColumns } from './resultTable.js';

/** What an analysis found: figures of the whole, and a table. */
export interface AnalysisOutcome {
  readonly summary: Readonly<Record<string, number | string | null>>;
  readonly columns: ResultColumns;
}

export type Report = (done: number, total: number) => void;

/** A neuron's skeleton for NBLAST. */
export interface NamedTree extends PointTree {
  readonly bodyId: bigint;
}

interface Inputs {
  readonly projection: Projection;
  readonly skeletons: readonly NamedTree[];
  /** The CSV text of a score matrix, where one is set up. */
  readonly scoreMatrix: string | undefined;
}

interface Analysis<Name extends AnalysisName> {
  readonly summary: string;
  /** Raised when results mean something else, so that earlier ones are not given for them. */
  readonly version: number;
  readonly reads: 'connections' | 'signedConnections' | 'skeletons';
  run(inputs: Inputs, parameters: AnalysisParameters<Name>, report: Report): AnalysisOutcome;
}

const whole = (values: ArrayLike<number>) => Int32Array.from(values);
const numbers = (values: readonly (number | null)[]) =>
  Float64Array.from(values, (value) => value ?? Number.NaN);
const finite = (value: number) => (Number.isFinite(value) ? value : null);

/** 0 means all as long as that is quick. */
const sourcesFor = (asked: number, neurons: number): number | null =>
  asked > 0 ? asked : neurons <= 5000 ? null : 500;

const graphFacts = ({ bodyIds, outputs, autapses }: Projection) => ({
  neurons: bodyIds.length,
  connections: outputs.targets.length,
  autapsesLeftOut: autapses,
});

function runCentrality(
  { projection }: Inputs,
  { damping, pathSources, seed }: AnalysisParameters<'centrality'>,
  report: Report,
): AnalysisOutcome {
  const { bodyIds } = projection;
  const sources = sourcesFor(pathSources, bodyIds.length);
  const paths = pathMeasures(projection, { sources, seed, onProgress: report });
  const { inDegree, outDegree, inStrength, outStrength } = degrees(projection);
  const columns = {
    bodyId: bodyIds,
    inDegree,
    outDegree,
    inStrength,
    outStrength,
    pageRank: pageRank(projection, damping),
    betweenness: paths.betweenness,
    closeness: paths.closeness,
    harmonic: paths.harmonic,
    clustering: clustering(projection),
  };
  return {
    summary: {
      ...graphFacts(projection),
      pathSources: paths.sources,
      meanPathLength: finite(paths.meanPathLength),
      longestPath: paths.longestPath,
      reachableShare: paths.reachableShare,
      meanClustering: finite(meanOf(columns.clustering)),
    },
    columns: sortedBy(columns, 'pageRank'),
  };
}

function runCommunities(
  { projection }: Inputs,
  { resolution, rounds, seed }: AnalysisParameters<'communities'>,
  report: Report,
): AnalysisOutcome {
  const found = communities(projection, { resolution, rounds, seed, onProgress: report });
  const sizes = new Int32Array(found.count);
  for (const part of found.membership) sizes[part]++;
  return {
    summary: {
      ...graphFacts(projection),
      communities: found.count,
      largestCommunity: sizes[0] ?? 0,
      modularity: found.modularity,
      rounds: found.rounds,
    },
    columns: { bodyId: projection.bodyIds, community: found.membership },
  };
}

function runMotifs(
  { projection }: Inputs,
  { draws, seed }: AnalysisParameters<'motifs'>,
  report: Report,
): AnalysisOutcome {
  const scores = triadScores(projection, draws, seed, report);
  return {
    summary: { ...graphFacts(projection), draws },
    columns: {
      triad: scores.map(({ triad }) => triad),
      count: numbers(scores.map(({ count }) => count)),
      nullMean: numbers(scores.map(({ nullMean }) => nullMean)),
      nullDeviation: numbers(scores.map(({ nullDeviation }) => nullDeviation)),
      z: numbers(scores.map(({ z }) => z)),
    },
  };
}

function runRichClub(
  { projection }: Inputs,
  { steps, draws, seed }: AnalysisParameters<'richClub'>,
  report: Report,
): AnalysisOutcome {
  const clubs = richClub(projection, richClubDegrees(projection, steps), draws, seed, report);
  const richest = clubs.reduce((most, { coefficient }) => Math.max(most, coefficient ?? 0), 0);
  return {
    summary: { ...graphFacts(projection), draws, largestCoefficient: richest },
    columns: {
      degree: whole(clubs.map(({ degree }) => degree)),
      neurons: whole(clubs.map((club) => club.neurons)),
      density: numbers(clubs.map(({ density }) => density)),
      nullDensity: numbers(clubs.map(({ nullDensity }) => nullDensity)),
      nullDeviation: numbers(clubs.map(({ nullDeviation }) => nullDeviation)),
      coefficient: numbers(clubs.map(({ coefficient }) => coefficient)),
      z: numbers(clubs.map(({ z }) => z)),
    },
  };
}

function runSmallWorld(
  { projection }: Inputs,
  { draws, pathSources, seed }: AnalysisParameters<'smallWorld'>,
  report: Report,
): AnalysisOutcome {
  const sources = sourcesFor(pathSources, projection.bodyIds.length);
  const found = smallWorld(projection, { draws, sources, seed }, report);
  const measures = ['clustering', 'pathLength'];
  return {
    summary: {
      ...graphFacts(projection),
      draws,
      sigma: found.sigma,
      reachableShare: found.reachableShare,
    },
    columns: {
      measure: measures,
      value: numbers([found.clustering, found.pathLength]),
      nullMean: numbers([found.nullClustering, found.nullPathLength]),
      nullDeviation: numbers([found.nullClusteringDeviation, found.nullPathLengthDeviation]),
    },
  };
}

function runSignedPaths(
  { projection }: Inputs,
  { from, maxHops }: AnalysisParameters<'signedPaths'>,
  report: Report,
): AnalysisOutcome {
  const places = new Map(Array.from(projection.bodyIds, (id, place) => [id, place]));
  const sources = from.map((text) => {
    const place = places.get(BigInt(text));
    if (place !== undefined) return place;
    throw notFound(
      `No connection of body ${text} is among those selected.`,
      'Lower minWeight, or give others.',
    );
  });
  const reach = signedReach(projection, sources, maxHops);
  report(1, 1);
  const reached = Array.from(reach.hops.keys()).filter((i) => reach.hops[i] >= 0);
  const net = (i: number) => reach.excitatoryInfluence[i] - reach.inhibitoryInfluence[i];
  const order = reached.sort((a, b) => Math.abs(net(b)) - Math.abs(net(a)) || a - b);
  return {
    summary: { ...graphFacts(projection), reached: reached.length, unsignedConnections: reach.unsigned },
    columns: {
      bodyId: BigInt64Array.from(order, (i) => projection.bodyIds[i]),
      hops: Int32Array.from(order, (i) => reach.hops[i]),
      excitatoryPaths: Float64Array.from(order, (i) => reach.excitatoryPaths[i]),
      inhibitoryPaths: Float64Array.from(order, (i) => reach.inhibitoryPaths[i]),
      excitatoryInfluence: Float64Array.from(order, (i) => reach.excitatoryInfluence[i]),
      inhibitoryInfluence: Float64Array.from(order, (i) => reach.inhibitoryInfluence[i]),
    },
  };
}

function runNblast(
  { skeletons, scoreMatrix }: Inputs,
  { spacingUm, neighbours, score, sigmaUm }: AnalysisParameters<'nblast'>,
  report: Report,
): AnalysisOutcome {
  if (score === 'matrix' && scoreMatrix === undefined) {
    throw badInput(
      'No score matrix is set up.',
      'Set STRATOME_NBLAST_MATRIX to the CSV file of one, such as smat_fcwb.csv of the navis package.',
    );
  }
  const byPoint = score === 'matrix' ? matrixScore(scoreMatrix!) : kohlScore(sigmaUm);
  const clouds = skeletons.map((tree) => dotprops(resample(tree, spacingUm), neighbours));
  const scores = nblast(clouds, byPoint, report);
  const n = skeletons.length;
  const pairs = Array.from({ length: n * n }, (_, k) => k).filter((k) => Math.floor(k / n) !== k % n);
  const reverse = (k: number) => (k % n) * n + Math.floor(k / n);
  const columns = {
    queryId: BigInt64Array.from(pairs, (k) => skeletons[Math.floor(k / n)].bodyId),
    targetId: BigInt64Array.from(pairs, (k) => skeletons[k % n].bodyId),
    score: Float64Array.from(pairs, (k) => scores[k]),
    meanScore: Float64Array.from(pairs, (k) => (scores[k] + scores[reverse(k)]) / 2),
  };
  const points = clouds.reduce((sum, cloud) => sum + cloud.points.length / 3, 0);
  return { summary: { neurons: n, points }, columns: sortedBy(columns, 'meanScore') };
}

export const analyses: { readonly [Name in AnalysisName]: Analysis<Name> } = {
  centrality: {
    summary:
      'Degrees, strengths, PageRank, betweenness, closeness, harmonic centrality and clustering of every neuron.',
    version: 1,
    reads: 'connections',
    run: runCentrality,
  },
  communities: {
    summary: 'Communities by modularity (Leiden), the largest first.',
    version: 1,
    reads: 'connections',
    run: runCommunities,
  },
  motifs: {
    summary: 'Counts of the 16 triads beside graphs with the same degrees.',
    version: 1,
    reads: 'connections',
    run: runMotifs,
  },
  richClub: {
    summary: 'How densely hubs connect to each other, beside graphs with the same degrees.',
    version: 1,
    reads: 'connections',
    run: runRichClub,
  },
  smallWorld: {
    summary: 'Clustering and path length beside graphs with the same degrees.',
    version: 1,
    reads: 'connections',
    run: runSmallWorld,
  },
  signedPaths: {
    summary: 'Excitation and inhibition that reach each neuron from given ones.',
    version: 1,
    reads: 'signedConnections',
    run: runSignedPaths,
  },
  nblast: {
    summary: 'Similarity of skeletons in shape and place (NBLAST), every pair.',
    version: 1,
    reads: 'skeletons',
    run: runNblast,
  },
};

/** Runs an analysis on what it reads. It blocks: call it in a thread. */
export function runAnalysis<Name extends AnalysisName>(
  name: Name,
  inputs: Partial<Inputs>,
  parameters: AnalysisParameters<Name>,
  report: Report,
): AnalysisOutcome {
  const none = new Int32Array(0);
  const rows = { offsets: new Int32Array(1), targets: none, weights: none };
  const empty: Projection = { bodyIds: new BigInt64Array(0), outputs: rows, inputs: rows, autapses: 0 };
  const analysis: Analysis<Name> = analyses[name];
  const given = { projection: empty, skeletons: [], scoreMatrix: undefined, ...inputs };
  if (analysis.reads !== 'skeletons' && given.projection.outputs.targets.length === 0)
    throw badInput(
      'No connection is left to analyse.',
      'Lower minWeight or minConfidence, or widen the mask.',
    );
  return analysis.run(given, parameters, report);
}
