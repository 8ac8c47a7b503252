/** Quality measures of every layer as cell and section fields, from the results of `runStages`. */
import { boxOfShape } from '@stratome/core';
import {
  combineMeasurements,
  isMeasureName,
  measureConnections,
  measureRecount,
  measureWeightPerCable,
} from '@stratome/diagnostics';
import { measureSkeletons, measureSynapses } from '@stratome/postprocessing';
import { measureAffinities, measureAgglomeration } from '@stratome/segmentation';

const cellAt = (cells, point) =>
  cells.indexOf(
    point.map((v, k) => Math.max(0, Math.min(cells.counts[k] - 1, Math.floor(v / cells.block[k])))),
  );

/** Cable by cell, µm, from the rows of `measureSkeletons`. */
function cableOf(rows, cells) {
  const um = new Float64Array(cells.length);
  for (const { cell, measure, value, weight } of rows)
    if (measure === 'cableDensity') um[cell] += value * weight;
  return um;
}

/** The rechecks of the diagnosis: a later layer against what it was made from. */
function ofRechecks({ one, maps, three, graph, synapses }, { cells, shape, voxelNm, parameters }) {
  const n = shape[0] * shape[1] * shape[2];
  const [ny, nx] = [shape[1], shape[2]];
  const data = new Float64Array(cells.length);
  const bare = new Float64Array(cells.length);
  const cleft = new Float64Array(cells.length);
  const threshold = Math.round(255 * parameters.synapse.cleftThreshold);
  for (let i = 0; i < n; i++) {
    if (one.em[i] === 0) continue;
    const cell = cellAt(cells, [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx]);
    data[cell]++;
    if (three.supervoxels[i] === 0n) bare[cell]++;
    if (maps.channels[n + i] >= threshold) cleft[cell]++;
  }
  const rows = [];
  const add = (measure, cell, value, weight) => weight > 0 && rows.push({ cell, measure, value, weight });
  const voxelUm3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
  const found = new Float64Array(cells.length);
  for (const s of synapses) found[cellAt(cells, s.cleftPoint)]++;
  for (let cell = 0; cell < cells.length; cell++) {
    add('unsegmented', cell, bare[cell] / data[cell], data[cell]);
    add('cleftFraction', cell, cleft[cell] / data[cell], data[cell]);
    add('synapsesPerCleft', cell, found[cell] / (cleft[cell] * voxelUm3), cleft[cell] * voxelUm3);
  }
  rows.push(...ofDecisions(three, cells, parameters.segmentation));
  rows.push(...ofDirections(synapses, maps.channels, shape, cells));
  rows.push(...ofStoredWeights(graph, cells));
  return meanRows(rows);
}

/** Weighted means over equal cells and measures. */
function meanRows(rows) {
  const sums = new Map();
  for (const { cell, measure, value, weight } of rows) {
    const key = `${cell}/${measure}`;
    const sum = sums.get(key) ?? { cell, measure, value: 0, weight: 0 };
    sums.set(key, sum);
    sum.value += value * weight;
    sum.weight += weight;
  }
  return [...sums.values()].map((s) => ({ ...s, value: s.value / s.weight }));
}

/** Contacts whose two sides were joined, or not, against the threshold on record; where dust or classes had a say, none. */
function ofDecisions({ table, edges, agglomeration }, cells, { agglomerationThreshold, dustVoxels }) {
  const at = new Map();
  const voxels = new Map();
  table.id.forEach((id, r) => {
    at.set(
      id,
      [0, 1, 2].map((k) => table.coordinateSum[3 * r + k] / table.voxels[r]),
    );
    voxels.set(id, table.voxels[r]);
  });
  const { supervoxel, segment, segments } = agglomeration;
  const segmentOf = new Map(Array.from(supervoxel, (id, i) => [id, segment[i]]));
  const classOf = new Map(Array.from(segments.id, (id, i) => [id, segments.tissueClass[i]]));
  const rows = [];
  for (let e = 0; e < edges.a.length; e++) {
    const [a, b] = [edges.a[e], edges.b[e]];
    const joined = agglomeration.joined[e] === 1;
    const above = agglomeration.decisiveScore[e] >= agglomerationThreshold;
    if (joined && !above && Math.min(voxels.get(a), voxels.get(b)) < dustVoxels) continue;
    if (!joined && above && classOf.get(segmentOf.get(a)) !== classOf.get(segmentOf.get(b))) continue;
    const [p, q] = [at.get(a), at.get(b)];
    const cell = cellAt(
      cells,
      p.map((v, k) => (v + q[k]) / 2),
    );
    rows.push({ cell, measure: 'decisionConflict', value: joined === above ? 0 : 1, weight: edges.count[e] });
  }
  return rows;
}

/** Whether the network's maps bear out which side of a synapse is which. */
function ofDirections(synapses, channels, shape, cells) {
  const [nz, ny, nx] = shape;
  const n = nz * ny * nx;
  const around = (c, [z, y, x]) => {
    let [sum, count] = [0, 0];
    for (let a = Math.max(0, z - 4); a <= Math.min(nz - 1, z + 4); a++)
      for (let b = Math.max(0, y - 4); b <= Math.min(ny - 1, y + 4); b++)
        for (let d = Math.max(0, x - 4); d <= Math.min(nx - 1, x + 4); d++, count++)
          sum += channels[c * n + (a * ny + b) * nx + d];
    return sum / count / 255;
  };
  return synapses
    .filter((s) => s.unassigned === 'none')
    .map((s) => {
      const pre = around(0, s.prePoint) - around(2, s.prePoint);
      const post = around(2, s.postPoint) - around(0, s.postPoint);
      return { cell: cellAt(cells, s.cleftPoint), measure: 'directionSupport', value: pre + post, weight: 1 };
    });
}

/** Synapses from which a connection is heavy: above the weight filters in use. */
const heavyWeight = 3;

/** Stored connections against their synapses, by the cells of the synapses. */
function ofStoredWeights({ stored, connections }, cells) {
  const key = (pre, post) => `${pre}>${post}`;
  const recount = new Map();
  for (const s of stored) {
    const k = key(s.preSegment, s.postSegment);
    recount.set(k, (recount.get(k) ?? 0) + 1);
  }
  const weights = new Map(connections.map((c) => [key(c.pre, c.post), c.weight]));
  return stored.flatMap((s) => {
    const k = key(s.preSegment, s.postSegment);
    const [now, then] = [weights.get(k) ?? 0, recount.get(k)];
    const cell = cellAt(cells, s.cleftPoint);
    const row = (measure, value) => ({ cell, measure, value: value ? 1 : 0, weight: 1 });
    const rows = [row('lostEdges', now < then), row('doubledEdges', now > then)];
    return then >= heavyWeight ? [...rows, row('lostHeavyEdges', now < then)] : rows;
  });
}

/** All measures as {measure, values, weights} over cells; absent values are NaN. */
export function allFields(state, { cells, shape, voxelNm, parameters }) {
  const { one, two, affinities, three, skeletons, synapses, graph } = state;
  const skeletonRows = measureSkeletons(skeletons, cells, voxelNm, 300);
  const placed = graph.stored.map((s) => ({
    cell: cellAt(cells, s.cleftPoint),
    pre: s.preSegment,
    post: s.postSegment,
  }));
  const recount = measureRecount(placed, graph.connections);
  const rows = [
    ...one.measurements,
    ...two.cells,
    ...measureAffinities(affinities.channels, boxOfShape(shape), cells),
    ...measureAgglomeration(
      { supervoxels: three.table, edges: three.edges, agglomeration: three.agglomeration },
      cells,
      voxelNm,
      parameters.segmentation,
    ),
    ...measureSynapses(synapses, cells, voxelNm),
    ...skeletonRows,
    ...measureConnections(placed),
    ...measureWeightPerCable(placed, cableOf(skeletonRows, cells)),
    ...recount.measurements,
  ].filter(({ measure }) => isMeasureName(measure));
  const rechecked = ofRechecks(state, { cells, shape, voxelNm, parameters });
  return {
    cells: fieldsOf([...combineMeasurements(rows), ...rechecked], cells.length),
    sections: fieldsOf([...one.sections, ...two.sections], shape[0]),
  };
}

function fieldsOf(rows, length) {
  const fields = new Map();
  for (const { cell, measure, value, weight } of rows) {
    const field = fields.get(measure) ?? {
      measure,
      values: new Float64Array(length).fill(NaN),
      weights: new Float64Array(length),
    };
    fields.set(measure, field);
    field.values[cell] = value;
    field.weights[cell] = weight;
  }
  return [...fields.values()];
}
