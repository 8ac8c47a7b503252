/**
 * The stages of a run, L1 to L5, in this process over one small volume: the same library functions, parameters and
 * networks as the worker's, without its servers. `intervene` is where a fault of a layer is planted: between the
 * stage that makes something and all that read it.
 *
 * Input are aligned sections (one tile each), so L2 has nothing to solve; it renders and is measured.
 */
import { join } from 'node:path';
import * as alignment from '@stratome/alignment';
import { BlockGrid, boxOfShape } from '@stratome/core';
import { cellGrid, combineMeasurements } from '@stratome/diagnostics';
import { loadModelCard, openSession } from '@stratome/inference';
import * as ingest from '@stratome/ingest';
import * as post from '@stratome/postprocessing';
import * as seg from '@stratome/segmentation';
import * as measure from './measures.mjs';
import { changedBox, partsOf, predictRegion, reachOf } from './predict-region.mjs';
import { cut } from './volumes.mjs';

const models = join(import.meta.dirname, '..', '..', 'models');
const parameters = {
  ingest: ingest.ingestParameters.parse({}),
  alignment: alignment.alignmentParameters.parse({}),
  segmentation: seg.segmentationParameters.parse({}),
  refinement: post.refinementParameters.parse({}),
  skeleton: post.skeletonParameters.parse({}),
  synapse: post.synapseParameters.parse({}),
};
export const defaultParameters = parameters;

/** Block of the supervoxel grid and of the synapse grid, as the pipeline cuts isotropic data. */
export const supervoxelBlock = [64, 128, 128];
const synapseBlock = [128, 256, 256];

/** L1 of one section: measures it raw, and brings it to the em convention. Raw 0 in large areas is no data. */
function ingestSection(data, z, shape, cells, bySection, greys) {
  const tile = { data, shape: [shape[1], shape[2]] };
  const placed = [{ maps: ingest.tileMaps(tile, parameters.ingest), yPx: 0, xPx: 0 }];
  const section = ingest.normaliseSection([tile], [undefined], parameters.ingest, greys);
  return {
    em: section.tiles[0].data,
    greys: { medianGrey: section.medianGrey, sigmaGrey: section.sigmaGrey },
    cells: ingest.measureSectionCells(placed, z, cells),
    whole: ingest.measureSectionCells(placed, z, bySection),
  };
}

/**
 * L1 of all sections; those that are as in `before` are taken from there.
 *
 * @param before {raw, sections} without the fault. A section that changed keeps its greys: the volume stands for a part of
 *   wide sections, whose median and spread a fault in a part of them does not move
 */
function ingestSections(raw, shape, cells, before) {
  const plane = shape[1] * shape[2];
  const bySection = new BlockGrid(shape, [1, shape[1], shape[2]]);
  const em = new Uint8Array(raw.length);
  const sections = Array.from({ length: shape[0] }, (_, z) => {
    const data = raw.subarray(z * plane, (z + 1) * plane);
    const old = before?.sections[z];
    const same = old && !Buffer.compare(data, before.raw.subarray(z * plane, (z + 1) * plane));
    const made = same ? old : ingestSection(data, z, shape, cells, bySection, old?.greys);
    em.set(made.em, z * plane);
    return made;
  });
  return {
    em,
    raw,
    ingested: sections,
    measurements: combineMeasurements(sections.flatMap((s) => s.cells)),
    sections: combineMeasurements(sections.flatMap((s) => s.whole)),
  };
}

/** L2: renders each section through its transform. */
function renderSections(em, shape, transforms) {
  const plane = shape[1] * shape[2];
  const frame = [shape[1], shape[2]];
  const out = em.slice();
  for (const [z, transform] of transforms) {
    const box = { begin: [z, 0, 0], end: [z + 1, shape[1], shape[2]] };
    const tile = {
      id: 't',
      shape: frame,
      affine: [1, 0, 0, 0, 1, 0],
      data: em.subarray(z * plane, (z + 1) * plane),
    };
    const { data } = alignment.renderBox(
      [{ z, transform, tiles: [tile] }],
      frame,
      box,
      parameters.alignment.render,
    );
    out.set(data, z * plane);
  }
  return out;
}

function measureAlignment(em, shape, cells) {
  const volume = { data: em, shape };
  const box = boxOfShape(shape);
  const residual = parameters.alignment.residual;
  const sections = new BlockGrid(shape, [1, shape[1], shape[2]]);
  const [byCell, bySection] = alignment.measureResidualIn(volume, box, [cells, sections], residual);
  return { cells: byCell, sections: bySection };
}

/**
 * A network over the volume, or, where its output for a similar volume is known, over as much as the difference can
 * reach; the rest is taken from there.
 *
 * @param name a folder of models/, or a path
 * @param before {channels, em} of a volume without the fault
 * @param only a box: nothing else is computed, and the rest is 0
 */
async function predict(name, em, shape, before, only) {
  const model = await loadModelCard(name.includes('/') ? name : join(models, name));
  // Every case has windows of its own shapes.
  const options = { threads: Number(process.env.BENCH_THREADS ?? 2), keepMemory: false };
  const session = await openSession(model, options);
  const channels = model.card.channels.length;
  const out = before ? before.channels.slice() : new Uint8Array(channels * em.length);
  const changed = before && changedBox(em, before.em, shape);
  if (before && !changed) return { channels: out, em, voxels: 0 };
  const wanted = only ?? (changed ? reachOf(model, changed, shape) : boxOfShape(shape));
  let voxels = 0;
  for (const part of partsOf(wanted)) voxels += await predictRegion(session, model, em, shape, part, out);
  return { channels: out, em, voxels };
}

/** L3 and the objects of L4, from affinities. */
function segment(affinities, shape, voxelNm, intervene) {
  const volume = seg.segmentVolume(
    intervene.withoutAffinities?.(affinities) ?? affinities,
    shape,
    supervoxelBlock,
    voxelNm,
    parameters.segmentation,
  );
  const changed = intervene.agglomeration?.(volume, parameters.segmentation);
  if (!changed) return volume;
  const segmentation = volume.supervoxels.slice();
  seg.segmentLookup(changed)(segmentation);
  return { ...volume, agglomeration: changed, segmentation };
}

function findObjects({ segmentation, agglomeration }, shape, voxelNm) {
  const rows = post.combineObjects([post.objectTable(segmentation, boxOfShape(shape), shape)]);
  const { id, tissueClass } = agglomeration.segments;
  const classOf = new Map(Array.from(id, (v, n) => [v, seg.tissueClasses[tissueClass[n]]]));
  const flags = post.flagObjects(
    rows,
    shape,
    voxelNm,
    (v) => classOf.get(v) ?? 'none',
    parameters.refinement,
  );
  return rows.map((row, n) => ({ ...row, ...flags[n], class: classOf.get(row.id) ?? 'none' }));
}

/** What fills the cells: large objects, vessels, somata. */
function compose(objects, { segmentation }, shape, voxelNm, cells) {
  const natures = new Map(
    objects.map(({ id, large, class: what }) => [id, { large, vessel: what === 'vessel' }]),
  );
  const unknown = { large: false, vessel: false };
  const box = boxOfShape(shape);
  const natureOf = (id) => natures.get(id) ?? unknown;
  return post.measureComposition(segmentation, box, box, cells, voxelNm, natureOf, parameters.refinement);
}

function trace(objects, segmentation, shape, voxelNm) {
  const skeletons = [];
  for (const { id, box, dust, class: what } of objects) {
    if (dust || what === 'glia' || what === 'vessel') continue;
    const crop = cut(segmentation, shape, box).data;
    const mask = post.maskOf(crop, id);
    skeletons.push(post.skeletonize({ mask, box, voxelNm, volumeShape: shape }, parameters.skeleton));
  }
  return skeletons;
}

/** Records of the whole volume, before merging. */
function synapseRecords(channels, segmentation, objects, shape, voxelNm, settings) {
  const refused = new Set(objects.filter((o) => o.class === 'glia' || o.class === 'vessel').map((o) => o.id));
  const grid = new BlockGrid(shape, synapseBlock);
  return [...grid.positions()].flatMap((position) => {
    const block = grid.box(position);
    const box = post.synapseSource(block, shape, voxelNm, settings);
    return post.synapsesOfBlock(
      {
        channels: cut(channels, shape, box, 4).data,
        segmentation: cut(segmentation, shape, box).data,
        box,
        block,
        volumeShape: shape,
        voxelNm,
        excluded: (id) => refused.has(id),
      },
      settings,
    );
  });
}

function findSynapses(channels, { segmentation }, objects, shape, voxelNm, intervene) {
  const find = (settings) => {
    const records = synapseRecords(channels, segmentation, objects, shape, voxelNm, settings);
    return post.assignKinds(post.mergeSynapses(records, voxelNm, settings), settings);
  };
  const found = find(parameters.synapse);
  return intervene.synapses ? intervene.synapses(found, find) : found;
}

/** L5: what the graph would hold. */
function connect(synapses, objects, intervene) {
  const neurons = new Set(objects.filter((o) => !o.dust && o.class === 'neurite').map((o) => o.id));
  const stored = synapses.filter((s) => s.unassigned === 'none');
  const connections = post
    .aggregateConnections(stored, 0.5)
    .map(({ pre, post: to, weight }) => ({ pre, post: to, weight }));
  return { neurons, stored, connections: intervene.connections?.(connections, stored) ?? connections };
}

/** L1 and L2, or what the base has of them where nothing is planted there. */
export function imageStages({ em: raw, shape, voxelNm }, base, intervene = {}) {
  const cells = cellGrid(voxelNm, shape);
  if (base && !intervene.sections && !intervene.transforms)
    return { one: base.one, two: base.two, same: true };
  const sections = intervene.sections ? intervene.sections(raw) : raw;
  const one = ingestSections(
    sections,
    shape,
    cells,
    base && { raw: base.one.raw, sections: base.one.ingested },
  );
  const em = intervene.transforms ? renderSections(one.em, shape, intervene.transforms(shape)) : one.em;
  return { one: { ...one, em }, two: measureAlignment(em, shape, cells), same: false };
}

/** Milliseconds of each part of a run. */
class Laps {
  #last = performance.now();
  of = {};

  end(name) {
    this.of[name] = Math.round(performance.now() - this.#last);
    this.#last = performance.now();
  }
}

/**
 * @param volume {em, shape, voxelNm}: raw sections
 * @param base what `runStages` returned for the same volume without a fault; absent: everything is computed
 * @param intervene the fault; see faults.mjs
 * @returns the results of every stage and `fields`, the measures per cell and per section
 */
export async function runStages(volume, base, intervene = {}) {
  const { shape, voxelNm } = volume;
  const cells = cellGrid(voxelNm, shape);
  const laps = new Laps();
  const { one, two, same } = imageStages(volume, base, intervene);
  laps.end('images');
  let affinities = same
    ? { ...base.affinities, voxels: 0 }
    : await predict('affinities-iso-10nm', one.em, shape, base?.affinities);
  if (intervene.affinities) affinities = await intervene.affinities(affinities, predict, shape);
  laps.end('affinities');
  const maps = same
    ? { ...base.maps, voxels: 0 }
    : await predict('synapses-iso-10nm', one.em, shape, base?.maps);
  laps.end('synapsemaps');
  const sameThree = same && !intervene.affinities && !intervene.withoutAffinities && !intervene.agglomeration;
  const three = sameThree ? base.three : segment(affinities.channels, shape, voxelNm, intervene);
  const objects = sameThree ? base.objects : findObjects(three, shape, voxelNm);
  laps.end('segment');
  const composition = sameThree ? base.composition : compose(objects, three, shape, voxelNm, cells);
  const skeletons = sameThree ? base.skeletons : trace(objects, three.segmentation, shape, voxelNm);
  laps.end('objects');
  const synapses =
    sameThree && !intervene.synapses
      ? base.synapses
      : findSynapses(maps.channels, three, objects, shape, voxelNm, intervene);
  laps.end('synapses');
  const graph = connect(synapses, objects, intervene);
  const state = { one, two, affinities, maps, three, objects, composition, skeletons, synapses, graph };
  const fields = measure.allFields(state, { cells, shape, voxelNm, parameters });
  laps.end('measures');
  return { ...state, cells, fields, laps: laps.of, voxels: affinities.voxels + maps.voxels };
}
