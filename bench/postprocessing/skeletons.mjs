/**
 * Skeletons of every neuron of a label volume, timed, as JSON lines for compare_skeletons.py.
 *
 *     node bench/postprocessing/skeletons.mjs VOLUME OUT.jsonl [--crop z0,y0,x0:z1,y1,x1] [--set NAME=VALUE …] [--min-voxels N]
 *
 * VOLUME.raw.gz and VOLUME.json as the phantom and the shared data have them: shape, dtype, voxelNm; z, y, x.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { copyOverlap, parseBox, shapeOf, voxelsIn } from '@stratome/core';
import { maskOf, objectTable, skeletonize, skeletonParameters } from '@stratome/postprocessing';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    crop: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    'min-voxels': { type: 'string', default: '1000' },
  },
});
const [path, out] = positionals;
const { shape, dtype, voxelNm } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
const bytes = new Uint8Array(gunzipSync(readFileSync(`${path}.raw.gz`))).buffer;
const labels = dtype === '<u2' ? new Uint16Array(bytes) : new Uint32Array(bytes);
const whole = { begin: [0, 0, 0], end: shape };
const box = values.crop ? parseBox(values.crop) : whole;
const cut = new labels.constructor(voxelsIn(box));
copyOverlap(labels, whole, cut, box);
const segmentation = new BigUint64Array(cut.length);
for (let i = 0; i < cut.length; i++) segmentation[i] = BigInt(cut[i]);
const volumeShape = shapeOf(box);
const own = { begin: [0, 0, 0], end: volumeShape };
const parameters = skeletonParameters.parse(
  Object.fromEntries(values.set.map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])])),
);

const started = performance.now();
const lines = [];
let cableNm = 0;
for (const row of objectTable(segmentation, own, volumeShape)) {
  if (row.voxels < Number(values['min-voxels'])) continue;
  const crop = new BigUint64Array(voxelsIn(row.box));
  copyOverlap(segmentation, own, crop, row.box);
  const skeleton = skeletonize(
    { mask: maskOf(crop, row.id), box: row.box, voxelNm, volumeShape },
    parameters,
  );
  cableNm += skeleton.cableNm;
  lines.push(
    JSON.stringify({
      id: Number(row.id),
      voxels: row.voxels,
      cableNm: skeleton.cableNm,
      deadEnds: skeleton.deadEnds.length,
      branchPoints: skeleton.branchPoints.length,
      verticesNm: Array.from(skeleton.verticesNm, (v) => Math.round(v * 10) / 10),
      edges: [...skeleton.edges],
    }),
  );
}
const seconds = (performance.now() - started) / 1000;
writeFileSync(out, `${lines.join('\n')}\n`);
console.log(
  JSON.stringify({
    skeletons: lines.length,
    seconds: Math.round(seconds * 100) / 100,
    megavoxelsPerSecond: Math.round((voxelsIn(box) / 1e6 / seconds) * 1000) / 1000,
    cableUm: Math.round(cableNm / 100) / 10,
  }),
);
