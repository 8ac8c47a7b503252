/** Quality measures of every layer as cell and section fields, from the results of `runStages`. */
import { boxOfShape, voxelsIn } from '@stratome/core';
import {
  combineMeasurements,
  isMeasureName,
  measureConnections,
  measureRecount,
  measureStoredWeights,
  measureWeightPerCable,
} from '@stratome/diagnostics';
import {
  measureClefts,
  measureDirections,
  measureSkeletons,
  measureSynapses,
} from '@stratome/postprocessing';
import {
  measureAffinities,
  measureAgglomeration,
  measureDecisions,
  measureUnsegmented,
} from '@stratome/segmentation';

/** Cable by cell, µm, from the rows of `measureSkeletons`. */
function cableOf(rows, cells) {
  const um = new Float64Array(cells.length);
  for (const { cell, measure, value, weight } of rows)
    if (measure === 'cableDensity') um[cell] += value * weight;
  return um;
}

/** The rechecks of the diagnosis: a later layer against what it was made from. */
function ofRechecks({ one, maps, three, graph, synapses }, { cells, shape, voxelNm, parameters }) {
  const box = boxOfShape(shape);
  const output = { channels: maps.channels, box };
  const n = voxelsIn(box);
  const cleft = maps.channels.subarray(n, 2 * n);
  const decided = { supervoxels: three.table, edges: three.edges, agglomeration: three.agglomeration };
  const weights = new Map(graph.connections.map((c) => [`${c.pre}>${c.post}`, c.weight]));
  const contacts = graph.stored.map((s) => ({
    cell: cells.indexAt(s.cleftPoint),
    pre: s.preSegment,
    post: s.postSegment,
    contacts: 1,
  }));
  return [
    ...measureUnsegmented(one.em, three.supervoxels, box, cells),
    ...measureDecisions(decided, cells, parameters.segmentation),
    ...measureClefts(cleft, one.em, box, synapses, cells, voxelNm, parameters.synapse.cleftThreshold),
    ...measureDirections(output, box, synapses, cells, voxelNm),
    ...measureStoredWeights(contacts, (pre, post) => weights.get(`${pre}>${post}`) ?? 0),
  ];
}

/** All measures as {measure, values, weights} over cells; absent values are NaN. */
export function allFields(state, { cells, shape, voxelNm, parameters }) {
  const { one, two, affinities, three, composition, skeletons, synapses, graph } = state;
  const skeletonRows = measureSkeletons(skeletons, cells, voxelNm, 300);
  const placed = graph.stored.map((s) => ({
    cell: cells.indexAt(s.cleftPoint),
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
    ...composition,
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

export function fieldsOf(rows, length) {
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
