// node bench/reprocess/cost.mjs PHANTOM --region z0,y0,x0:z1,y1,x1 [--from STAGE] [--set group.name=value] [--json]
//
// Counts what making a region again would take on a volume too large to run here: every stage is planned over the
// phantom's true objects (`stratome phantom --no-tiles`), and the tasks that would run are held against all. The count is
// the planner's own (`reprocess --dry-run`), with every object of the region taken for changed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parseBox, voxelsIn } from '@stratome/core';
import { chooseModel, listModels } from '@stratome/inference';
import { combineObjects, maskHashes, objectTable } from '@stratome/postprocessing';
import {
  addRegion,
  estimateFrom,
  geometryOf,
  parametersIn,
  parseRunParameters,
  processors,
  repositoryRoot,
  runParametersFrom,
  settingsFrom,
  snapToBlocks,
  stagesFrom,
  supervoxelBlocks,
  takingEffectIn,
  volumeOf,
} from '@stratome/reconstruction-worker';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    region: { type: 'string', multiple: true },
    from: { type: 'string', default: 'L3' },
    set: { type: 'string', multiple: true, default: ['segmentation.threshold=0.3'] },
    json: { type: 'boolean', default: false },
  },
});
const [phantom] = positionals;
const dataset = 'counted';

/** The phantom's bodies, and its shape. */
async function readBodies() {
  const { dtype, shape } = JSON.parse(await readFile(join(phantom, 'truth', 'bodies.json'), 'utf8'));
  const { buffer, byteOffset, length } = gunzipSync(await readFile(join(phantom, 'truth', 'bodies.raw.gz')));
  const Ids = { '<u2': Uint16Array, '<u4': Uint32Array }[dtype];
  return { shape, ids: new Ids(buffer, byteOffset, length / Ids.BYTES_PER_ELEMENT) };
}

function blockOf(ids, [, ny, nx], { begin, end }) {
  const out = new BigUint64Array(voxelsIn({ begin, end }));
  let at = 0;
  for (let z = begin[0]; z < end[0]; z++)
    for (let y = begin[1]; y < end[1]; y++)
      for (let x = begin[2]; x < end[2]; x++) out[at++] = BigInt(ids[(z * ny + y) * nx + x]);
  return out;
}

/** Objects as the stage `objects` stores them, as far as planning asks. */
function objectsOf(ids, shape, g) {
  const grid = supervoxelBlocks(g);
  const byBlock = new Map();
  for (const position of grid.positions()) {
    const box = grid.box(position);
    const block = blockOf(ids, shape, box);
    const masks = maskHashes(block);
    const rows = objectTable(block, box, g.workingShape);
    byBlock.set(
      position.join('/'),
      rows.map((row) => ({ ...row, mask: masks.get(row.id) })),
    );
  }
  const parts = new Map();
  for (const [key, rows] of byBlock)
    for (const { id, voxels } of rows) parts.set(id, [...(parts.get(id) ?? []), { key, voxels }]);
  return combineObjects(byBlock.values()).map(({ id, voxels, box, firstVoxel }) => {
    return { id: String(id), voxels, box, firstVoxel, dust: false, mask: String(id), blocks: parts.get(id) };
  });
}

const { shape, ids } = await readBodies();
const models = await listModels(join(repositoryRoot, 'models'));
const voxelNm = [10, 10, 10];
const { factors } = chooseModel(models, 'affinities', voxelNm);
const geometry = geometryOf(shape, voxelNm, factors, runParametersFrom([]).grid);
const objects = objectsOf(ids, shape, geometry);
const stored = {
  geometry: () => geometry,
  objects: () => objects,
  volume: (name) => volumeOf(name, dataset, geometry),
};

/** What each stage took in a whole run of a phantom of 64×400×400 voxels (seed 11): compute and I/O, s. */
const costs = {
  affinities: 267.2,
  supervoxels: 38.4,
  edges: 7.7,
  agglomerate: 0.3,
  segment: 4.7,
  synapsemaps: 124.3,
  objects: 0.1,
  shapes: 49.5,
  synapses: 26.7,
  synapsemerge: 0.1,
  recheck: 28.4,
  pyramids: 2.9,
  graph: 43.2,
};
/** Rows that the stage `graph` wrote when a region of that phantom was made again, over those of its first load. */
const graphShare = 0.13;

/** Work of a task, in voxels or objects: what it takes of its stage. */
const workOf = ({ detail }) => detail.ids?.length ?? (detail.box ? voxelsIn(detail.box) : 1);

async function planned(stage, parameters) {
  const context = {
    dataset: { name: dataset },
    run: { id: 'none', revision: 0 },
    parameters,
    parametersIn: (block) => parametersIn(parameters, block),
    model: async (task) => chooseModel(models, task, voxelNm),
    keys: async () => [],
    readJson: async (kind, key) =>
      kind === 'volume' && key === 'raw' ? { ...stored.volume('em'), name: 'raw' } : stored[kind](key),
  };
  return (await processors[stage].plan(context)).map((plan) => ({ plan, work: workOf(plan) }));
}

const results = [];
for (const text of options.region) {
  const region = snapToBlocks(parseBox(text), geometry);
  const regions = addRegion([], { box: region, set: settingsFrom(options.set) });
  const parameters = parseRunParameters({ ...runParametersFrom([]), regions });
  const stages = stagesFrom(options.from);
  const differsFrom = stages.find((stage) => takingEffectIn(settingsFrom(options.set)).has(stage));
  const work = { dataset, geometry, region, stages, parameters, differsFrom };
  const estimate = await estimateFrom(work, new Map(), (stage) => planned(stage, parameters));
  const rows = estimate.stages.map((s) => ({
    ...s,
    share: s.stage === 'graph' ? graphShare : s.work / s.allWork,
    cost: costs[s.stage] ?? 0,
  }));
  const all = rows.reduce((sum, { cost }) => sum + cost, 0);
  const share = rows.reduce((sum, row) => sum + row.share * row.cost, 0) / all;
  const { volumeShare, haloGrownShare } = estimate;
  results.push({
    region,
    volumeShare,
    haloGrownShare,
    share,
    ratio: share / haloGrownShare,
    stages: rows,
    all,
  });
}

if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
else
  for (const { region, volumeShare, haloGrownShare, share, ratio, stages, all } of results) {
    console.log(
      `${region.begin}:${region.end}  volume ${(100 * volumeShare).toFixed(2)} %, with halo ${(100 * haloGrownShare).toFixed(2)} %, work ${(100 * share).toFixed(2)} %, ratio ${ratio.toFixed(2)}`,
    );
    for (const s of stages)
      console.log(
        `  ${s.stage.padEnd(14)} ${s.tasks} of ${s.allTasks} tasks, share ${s.share.toFixed(4)}, ratio ${(s.share / haloGrownShare).toFixed(2)}, of the time ${((100 * s.cost) / all).toFixed(1)} %`,
      );
  }
