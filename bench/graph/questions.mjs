// The questions that are timed, asked of Stratome's graph. Ids are decimal text in answers, which peers give alike.
import { loadProjection, queries, triadCensus, triadNames } from '@stratome/connectome';

const dataset = 'bench';

/** p50 and p95 of milliseconds. */
export function percentiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) =>
    Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2));
  return { p50Ms: at(0.5), p95Ms: at(0.95), samples: sorted.length };
}

async function timed(work) {
  const begin = performance.now();
  const answer = await work();
  return { ms: performance.now() - begin, answer };
}

async function each(items, work) {
  // The first is not counted: it plans the query.
  if (items.length > 0) await work(items[0]);
  const results = [];
  for (const item of items) results.push(await timed(() => work(item)));
  return { ...percentiles(results.map(({ ms }) => ms)), answers: results.map(({ answer }) => answer) };
}

/** Neurons that are reached in two hops over connections of at least 5 synapses. */
const twoHops = `MATCH (:Segment {dataset: $dataset, bodyId: $bodyId})-[a:ConnectsTo]->(m:Segment)-[b:ConnectsTo]->(p:Segment)
WHERE a.weight >= 5 AND b.weight >= 5 RETURN count(DISTINCT p) AS reached`;

export async function askStratome(graph, sample, regions, census) {
  const shortest = ([fromBodyId, toBodyId]) =>
    graph.run(queries.shortestPaths, { dataset, fromBodyId, toBodyId, minWeight: 5n, limit: 1 });
  const reach = async (bodyId) => {
    const { records } = await graph.driver.executeQuery(twoHops, { dataset, bodyId });
    return Number(records[0].get('reached'));
  };
  const partners = async (bodyId) => {
    const rows = await graph.run(queries.downstreamPartners, {
      dataset,
      bodyIds: [bodyId],
      minWeight: 1n,
      limit: 100_000,
    });
    return [rows.length, rows.reduce((sum, { weight }) => sum + Number(weight), 0)];
  };
  const matrix = await timed(() => graph.run(queries.roiMatrix, { dataset, rois: regions }));
  const results = {
    partners: await each(sample.bodies, partners),
    twoHops: await each(sample.bodies, reach),
    twoHopsOfHubs: await each(sample.hubs, reach),
    shortestPath: await each(sample.pairs, async (pair) => (await shortest(pair))[0]?.weights.length ?? -1),
    roiMatrix: {
      ms: matrix.ms,
      answers: matrix.answer.map((r) => [r.fromRoi, r.toRoi, Math.round(r.weight)]),
    },
  };
  if (!census) return results;
  const projection = await timed(() => loadProjection(graph, dataset, { minWeight: 5n }));
  const counted = await timed(() => Promise.resolve(triadCensus(projection.answer)));
  const answers = Object.fromEntries(triadNames.map((name, i) => [name, counted.answer[i]]));
  return { ...results, motifCensus: { projectionMs: projection.ms, ms: counted.ms, answers } };
}
