import {
  deleteDataset,
  loadConnectome,
  loadProjection,
  migrate,
  queries,
  triadCensus,
  triadNames,
  type Graph,
  type Projection,
} from '@stratome/connectome';
import type { MeasurementRow } from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationFolder, openTestGraph } from './graph-tissue.js';
import { plantTables } from './neuprint-tissue.js';

/* Circuit queries against what the planted tables themselves say. */

const dataset = 'circuitQueries';
const { rows, synapses, connections, neurons, dataset: description } = plantTables(dataset);
const typeOf = new Map(neurons.map(({ bodyId, type }) => [bodyId, type]));
const linked = (least: bigint) => connections.filter(({ weight }) => weight >= least);
let graph: Graph;

beforeAll(async () => {
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await deleteDataset(graph, dataset);
  await loadConnectome(graph, description, 1n, rows);
});

afterAll(async () => {
  await deleteDataset(graph, dataset);
  await graph.close();
});

describe('circuits', () => {
  it('partners inside a region have the weight they have there', async () => {
    const ask = { dataset, bodyIds: [1n, 2n], roi: 'west', minWeight: 1n, limit: 999 };
    for (const direction of ['upstream', 'downstream']) {
      const found = await graph.run(queries.partnersInRoi, { ...ask, direction });
      const expected = connections.flatMap((c) => {
        const [own, partner] =
          direction === 'downstream' ? [c.preBodyId, c.postBodyId] : [c.postBodyId, c.preBodyId];
        return ask.bodyIds.includes(own) && c.rois?.west ? [`${own} ${partner} ${c.rois.west.post}`] : [];
      });
      expect(found.map((r) => `${r.bodyId} ${r.partnerId} ${r.weight}`).sort()).toEqual(expected.sort());
      expect(expected.length).toBeGreaterThan(0);
    }
  });

  it('connections add up by cell type', async () => {
    const found = await graph.run(queries.typeConnections, {
      dataset,
      type: null,
      minWeight: 1n,
      limit: 999,
    });
    const sums = new Map<string, bigint>();
    for (const { preBodyId, postBodyId, weight } of linked(1n)) {
      const pair = `${typeOf.get(preBodyId)}>${typeOf.get(postBodyId)}`;
      sums.set(pair, (sums.get(pair) ?? 0n) + weight);
    }
    expect(new Map(found.map((row) => [`${row.preType}>${row.postType}`, row.synapses]))).toEqual(sums);
    const own = await graph.run(queries.typeConnections, { dataset, type: 'T1', minWeight: 1n, limit: 999 });
    expect(own.every((row) => row.preType === 'T1' || row.postType === 'T1')).toBe(true);
  });

  it('hubs have the most partners', async () => {
    const [first, ...others] = await graph.run(queries.hubs, { dataset, minWeight: 1n, limit: 60 });
    const degree = (id: bigint) =>
      linked(1n).filter((c) => c.preBodyId === id).length +
      linked(1n).filter((c) => c.postBodyId === id).length;
    expect(first.partners).toBe(BigInt(degree(first.bodyId)));
    for (const row of others) expect(row.partners).toBe(BigInt(degree(row.bodyId)));
    expect(Number(first.partners)).toBe(Math.max(...neurons.map(({ bodyId }) => degree(bodyId))));
  });

  it('motifs of three are those of a search', async () => {
    const ids = neurons.filter(({ neuron }) => neuron).map(({ bodyId }) => bodyId);
    const has = new Set(linked(1n).map((c) => `${c.preBodyId}>${c.postBodyId}`));
    const edge = (a: bigint, b: bigint) => (has.has(`${a}>${b}`) ? 1 : 0);
    const expected = new Map<string, number>();
    let loops = 0;
    for (const a of ids)
      for (const b of ids)
        for (const c of ids) {
          if (a !== b && b !== c && a !== c && edge(a, b) && edge(b, c) && edge(a, c)) loops++;
          if (!(a < b && b < c)) continue;
          const links = [edge(a, b) + edge(b, a), edge(a, c) + edge(c, a), edge(b, c) + edge(c, b)];
          if (links.filter((l) => l === 0).length > 1) continue;
          const outs = [edge(a, b) + edge(a, c), edge(b, a) + edge(b, c), edge(c, a) + edge(c, b)].sort();
          const ins = [edge(b, a) + edge(c, a), edge(a, b) + edge(c, b), edge(a, c) + edge(b, c)].sort();
          const key = [2, 1, 0].map((n) => links.filter((l) => l === n).length).join() + `/${outs}/${ins}`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
    const found = await graph.run(queries.connectedTriples, { dataset, bodyIds: ids, minWeight: 1n });
    const key = (row: (typeof found)[number]) =>
      `${row.mutual},${row.oneWay},${row.missing}/${row.outDegrees}/${row.inDegrees}`;
    expect(new Map(found.map((row) => [key(row), Number(row.triples)]))).toEqual(expected);
    expect(expected.size).toBeGreaterThan(4);
    // The names are those of the census of a projection of the same neurons.
    const projection = await loadProjection(graph, dataset, { minWeight: 1n });
    const census = triadCensus(projection);
    const connected = triadNames
      .map((name, i) => [name, census[i]] as const)
      .filter(([name, count]) => count > 0 && !['003', '012', '102'].includes(name));
    expect(new Map(found.map((row) => [row.triad, Number(row.triples)]))).toEqual(new Map(connected));
    const forward = await graph.run(queries.feedForwardLoops, {
      dataset,
      bodyIds: ids,
      minWeight: 1n,
      limit: 9999,
    });
    expect(forward.length).toBe(loops);
  });

  it('excitation and inhibition of a region are those of its synapses', async () => {
    const ask = { dataset, rois: ['west', 'east'], minConfidence: 0.5 };
    const found = await graph.run(queries.excitationInhibitionByRoi, ask);
    for (const { roi, excitatory, inhibitory, excitatoryShare } of found) {
      const there = synapses.filter((s) => s.rois?.includes(roi) && s.confidence >= 0.5);
      const exciting = there.filter((s) => s.excitatoryProbability >= s.inhibitoryProbability).length;
      expect([excitatory, inhibitory].map(Number)).toEqual([exciting, there.length - exciting]);
      expect(excitatoryShare).toBeCloseTo(exciting / there.length, 12);
    }
    expect(found.map(({ roi }) => roi)).toEqual(['east', 'west']);
  });

  it('partners are recounted under a quality mask', async () => {
    const bodyId = connections.toSorted((a, b) => Number(b.weight - a.weight))[0].preBodyId;
    const measured = new Map(
      [...(rows.measurements as Iterable<MeasurementRow>)].map((m) => [m.cellKey, m.value]),
    );
    const ask = { dataset, bodyId, minConfidence: 0.3, minWeight: 0n, limit: 999, revision: 1n };
    const mask = { layer: 'L4', measure: 'synapseConfidence', lowest: 0.65, highest: null };
    const open = { layer: null, measure: null, lowest: null, highest: null };
    const expected = (masked: (cell: string) => boolean) => {
      const counts = new Map<bigint, [number, number]>();
      for (const s of synapses) {
        if (s.preBodyId !== bodyId || s.postBodyId === null || s.confidence < 0.3) continue;
        const [kept, lost] = counts.get(s.postBodyId) ?? [0, 0];
        counts.set(s.postBodyId, masked(s.cellKey!) ? [kept, lost + 1] : [kept + 1, lost]);
      }
      return counts;
    };
    for (const [limits, masked] of [
      [open, () => false],
      [mask, (cell: string) => measured.get(cell)! < 0.65],
    ] as const) {
      const found = await graph.run(queries.partnersByConfidence, { ...ask, ...limits });
      expect(new Map(found.map((r) => [r.partnerId, [Number(r.weight), Number(r.masked)]]))).toEqual(
        expected(masked),
      );
    }
  });

  it('a page of connections is what a projection streams', async () => {
    const seen: string[] = [];
    let after = -1n;
    for (;;) {
      const [page] = await graph.run(queries.connectionColumns, {
        dataset,
        minWeight: 1n,
        after,
        neurons: 7,
      });
      if (page.last === null) break;
      page.preBodyIds.forEach((pre, i) => seen.push(`${pre}>${page.postBodyIds[i]} ${page.weights[i]}`));
      after = page.last;
    }
    expect(seen.sort()).toEqual(
      linked(1n)
        .map((c) => `${c.preBodyId}>${c.postBodyId} ${c.weight}`)
        .sort(),
    );
  });

  it('a projection holds the stored connections, or those that a mask leaves', async () => {
    const edgesOf = ({ bodyIds, outputs, excitatoryShares }: Projection) =>
      Array.from(bodyIds).flatMap((pre, i) =>
        Array.from({ length: outputs.offsets[i + 1] - outputs.offsets[i] }, (_, k) => {
          const e = outputs.offsets[i] + k;
          const share = excitatoryShares![e].toFixed(4);
          return `${pre}>${bodyIds[outputs.targets[e]]} ${outputs.weights[e]} ${share}`;
        }),
      );
    const stored = await loadProjection(graph, dataset, { minWeight: 2n, signs: true });
    const expected = linked(2n).filter((c) => c.preBodyId !== c.postBodyId);
    expect(edgesOf(stored)).toEqual(
      expected
        .toSorted((a, b) => Number(a.preBodyId - b.preBodyId) || Number(a.postBodyId - b.postBodyId))
        .map((c) => `${c.preBodyId}>${c.postBodyId} ${c.weight} ${c.excitatoryShare!.toFixed(4)}`),
    );
    const maskedCells = ['cell/0/0/1', 'cell/0/1/1'];
    const masked = await loadProjection(graph, dataset, {
      minWeight: 1n,
      minConfidence: 0.4,
      maskedCells,
      signs: true,
    });
    const counts = new Map<string, number>();
    for (const s of synapses) {
      if (s.postBodyId === null || s.confidence < 0.4 || maskedCells.includes(s.cellKey!)) continue;
      if (s.preBodyId === s.postBodyId) continue;
      const pair = `${s.preBodyId}>${s.postBodyId}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(new Set(edgesOf(masked).map((edge) => edge.split(' ').slice(0, 2).join(' ')))).toEqual(
      new Set([...counts].map(([pair, count]) => `${pair} ${count}`)),
    );
    const { offsets, targets } = masked.inputs;
    for (let i = 0; i < masked.bodyIds.length; i++)
      expect([...targets.subarray(offsets[i], offsets[i + 1])]).toEqual(
        [...targets.subarray(offsets[i], offsets[i + 1])].sort((a, b) => a - b),
      );
  });
});
