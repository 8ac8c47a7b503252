/**
 * Every part of post-processing on a phantom's true bodies and synapse voxels, against its truth.
 *
 *     node libs/phantom/dist/write.js --out DIR --seed 100 --volume-only
 *     node bench/postprocessing/phantom.mjs DIR [--block 128,144,144] [--skeleton NAME=VALUE …] [--synapse NAME=VALUE …]
 *                                         [--channels FILE]
 *
 * What is measured here is this stage alone: its input is perfect, unless FILE holds the channels that a network gave
 * (uint8 [4, z, y, x], pre, cleft, post, excitatory). Times are of one thread.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { BlockGrid, copyOverlap, voxelsIn } from '@stratome/core';
import * as post from '@stratome/postprocessing';
import { compareSkeletons, readSwc } from './true-skeletons.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    block: { type: 'string', default: '128,144,144' },
    channels: { type: 'string' },
    skeleton: { type: 'string', multiple: true, default: [] },
    synapse: { type: 'string', multiple: true, default: [] },
  },
});
const directory = join(positionals[0], 'truth');
const settings = (pairs) => Object.fromEntries(pairs.map((p) => [p.split('=')[0], Number(p.split('=')[1])]));
const truth = JSON.parse(readFileSync(join(directory, 'truth.json'), 'utf8'));
const { shape, voxelNm } = truth;
const volume = { begin: [0, 0, 0], end: shape };
const read = (name) => new Uint8Array(gunzipSync(readFileSync(join(directory, `${name}.raw.gz`))));
const bodies = new Uint32Array(read('bodies').buffer);
const segmentation = new BigUint64Array(bodies.length);
for (let i = 0; i < bodies.length; i++) segmentation[i] = BigInt(bodies[i]);
const isNeuron = new Map(truth.bodies.map((b) => [BigInt(b.id), b.class === 'neuron']));
const round = (v, digits = 3) => Number(v.toFixed(digits));

function timed(work) {
  const started = performance.now();
  const result = work();
  return { result, seconds: round((performance.now() - started) / 1000, 2) };
}

const grid = new BlockGrid(shape, values.block.split(',').map(Number));

const objects = timed(() =>
  post.combineObjects(
    [...grid.positions()].map((position) => {
      const box = grid.box(position);
      const block = new BigUint64Array(voxelsIn(box));
      copyOverlap(segmentation, volume, block, box);
      return post.objectTable(block, box, shape);
    }),
  ),
);
const neurons = objects.result.filter(({ id }) => isNeuron.get(id));

const skeletonParameters = post.skeletonParameters.parse(settings(values.skeleton));
const skeletons = timed(() =>
  neurons.map(({ id, box }) => {
    const crop = new BigUint64Array(voxelsIn(box));
    copyOverlap(segmentation, volume, crop, box);
    return [
      id,
      post.skeletonize({ mask: post.maskOf(crop, id), box, voxelNm, volumeShape: shape }, skeletonParameters),
    ];
  }),
);

const meshes = timed(() =>
  post.meshBlock({ segmentation, box: volume }, volume, shape, voxelNm, (id) => isNeuron.get(id)),
);
const simplifyStarted = performance.now();
const simplified = [];
for (const mesh of meshes.result.values())
  simplified.push(await post.simplifyMesh(mesh, post.meshParameters.parse({})));
const simplifySeconds = round((performance.now() - simplifyStarted) / 1000, 2);

const synapseParameters = post.synapseParameters.parse(settings(values.synapse));
const channels = values.channels
  ? new Uint8Array(readFileSync(values.channels))
  : perfectChannels(read('synapse_voxels'));
const synapses = timed(() => {
  const records = [...grid.positions()].flatMap((position) => {
    const block = grid.box(position);
    const box = post.synapseSource(block, shape, voxelNm, synapseParameters);
    const input = { box, block, volumeShape: shape, voxelNm, excluded: (id) => !isNeuron.get(id) };
    const crop = {
      channels: new Uint8Array(4 * voxelsIn(box)),
      segmentation: new BigUint64Array(voxelsIn(box)),
    };
    copyOverlap(channels, volume, crop.channels, box, 4);
    copyOverlap(segmentation, volume, crop.segmentation, box);
    return post.synapsesOfBlock({ ...input, ...crop }, synapseParameters);
  });
  return post.assignKinds(post.mergeSynapses(records, voxelNm, synapseParameters), synapseParameters);
});

/** Presynaptic, cleft, postsynaptic and excitatory channels that say exactly what the truth volume says. */
function perfectChannels(truthVoxels) {
  const n = truthVoxels.length;
  const out = new Uint8Array(4 * n);
  for (let i = 0; i < n; i++) {
    const part = truthVoxels[i] % 16;
    if (part === 0) continue;
    out[(part - 1) * n + i] = 255;
    if (truthVoxels[i] < 16) out[3 * n + i] = 255;
  }
  return out;
}

function scoreSynapses() {
  const found = synapses.result.map((s) => ({
    pointNm: post.synapsePointNm(s, voxelNm),
    preBody: s.preSegment,
    postBody: s.postSegment,
    kind: s.kind,
  }));
  const list = JSON.parse(readFileSync(join(directory, 'synapses.json'), 'utf8')).synapses.map((s) => ({
    pointNm: s.centreNm,
    preBody: BigInt(s.pre.body),
    postBody: BigInt(s.post.body),
    kind: s.type,
  }));
  const { pairs, ...score } = post.matchSynapses(found, list, post.matchParameters.parse({}));
  const edges = post.evaluateEdges(
    post.aggregateConnections(synapses.result, 0.5),
    list.map((s) => ({ pre: s.preBody, post: s.postBody })),
    post.matchBodies(post.countOverlaps(segmentation, segmentation)),
  );
  const rounded = Object.fromEntries(Object.entries(score).map(([k, v]) => [k, round(v, 4)]));
  return {
    found: found.length,
    true: list.length,
    matched: pairs.length,
    ...rounded,
    edgeF1: round(edges.f1, 4),
  };
}

const voxelUm3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
const sum = (list) => list.reduce((a, b) => a + b, 0);
console.log(
  JSON.stringify(
    {
      megavoxels: round(bodies.length / 1e6, 2),
      neurons: neurons.length,
      objectTable: { seconds: objects.seconds },
      skeletons: {
        seconds: skeletons.seconds,
        ...compareSkeletons(
          skeletons.result.map(([id, skeleton]) => [
            skeleton,
            readSwc(join(directory, 'skeletons', `${id}.swc`)),
            Number(id),
          ]),
          { bodies, shape, voxelNm },
        ),
      },
      meshes: {
        seconds: meshes.seconds,
        simplifySeconds,
        triangles: [
          sum([...meshes.result.values()].map((m) => m.triangles.length / 3)),
          sum(simplified.map((m) => m.triangles.length / 3)),
        ],
        volumePerVoxels: [meshes.result.values(), simplified].map((list) =>
          round(sum([...list].map(post.meshVolumeUm3)) / (sum(neurons.map((n) => n.voxels)) * voxelUm3), 4),
        ),
      },
      synapses: { seconds: synapses.seconds, ...scoreSynapses() },
    },
    null,
    1,
  ),
);
