// Stratome's L3 beside waterz on the same affinities, which the shipped models predict on validation volumes.
//
//     npm run bench:segmentation -- [--json] [--volumes iso190,aniso190,medulla] [--threshold 0.2]
//                                   [--set NAME=VALUE …] [--work DIR]
//
// First both are run with the same settings, and their outputs are compared with each other and with the truth; only
// then come times and peak memory, each of a process of its own. STRATOME_BENCH_PYTHON names a Python that has
// requirements.txt; without it Stratome is measured alone. Volumes and affinities are kept in --work.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { geometryOf } from '@stratome/reconstruction-worker';
import { segmentationParameters } from '@stratome/segmentation';
import { readNpy } from './npy.mjs';
import { affinitiesOf } from './predict.mjs';
import { compare, score } from './score.mjs';
import { openVolume } from './volumes.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    volumes: { type: 'string', default: 'iso190,aniso190,medulla' },
    threshold: { type: 'string', default: '0.2' },
    set: { type: 'string', multiple: true, default: [] },
    work: { type: 'string', default: join(tmpdir(), 'stratome-bench-segmentation') },
  },
});
const python = process.env.STRATOME_BENCH_PYTHON;
const watershed = { low: 0.05, high: 0.98 };
const threshold = Number(options.threshold);
const settings = Object.fromEntries(
  options.set.map((text) => {
    const [name, value] = text.split('=');
    return [name, /^[a-z]/i.test(value) ? value : JSON.parse(value)];
  }),
);
/** The parameters with which Stratome does what waterz does. */
const asWaterz = {
  supervoxelMethod: 'steepest',
  watershedLow: watershed.low,
  watershedHigh: watershed.high,
  basinSizeVoxels: 0,
  agglomerationThreshold: threshold,
  dustVoxels: 0,
};

function runChild(command, script, request) {
  const args = [join(import.meta.dirname, script), JSON.stringify(request)];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  const report = JSON.parse(stdout.trim().split('\n').at(-1));
  return { ...report, ids: readNpy(request.out).data };
}

async function measure(name) {
  const volume = await openVolume(name, options.work);
  if (!volume) return { volume: name, skipped: 'the shared data are absent' };
  const { path, model } = await affinitiesOf(volume, options.work);
  const { shape } = volume.em;
  const { supervoxelBlock } = geometryOf(shape, volume.voxelNm, [1, 1, 1], {});
  const out = join(options.work, 'segments.npy');
  const ours = (parameters, block) =>
    runChild(process.execPath, 'ours.mjs', {
      affinities: path,
      shape,
      voxelNm: volume.voxelNm,
      block,
      parameters,
      out,
    });
  const runs = { 'stratome, defaults': ours(settings, supervoxelBlock) };
  let agreement = null;
  if (python) {
    runs['stratome, as waterz'] = ours(asWaterz, null);
    runs.waterz = runChild(python, 'waterz_segment.py', { affinities: path, ...watershed, threshold, out });
    agreement = compare(runs.waterz.ids, runs['stratome, as waterz'].ids);
  }
  const outputs = Object.entries(runs).map(([tool, { ids, segments }]) => ({
    tool,
    segments,
    ...score(volume, ids),
  }));
  const costs = Object.entries(runs).map(([tool, { seconds, peakMiB }]) => ({ tool, seconds, peakMiB }));
  return { volume: name, model, shape, agreement, outputs, costs };
}

mkdirSync(options.work, { recursive: true });
const results = [];
for (const name of options.volumes.split(',')) {
  const result = await measure(name);
  results.push(result);
  if (options.json) continue;
  console.log(
    `\n${name} ${result.skipped ?? `${result.shape.join('×')}, ${result.model.id} ${result.model.version}`}`,
  );
  if (result.skipped) continue;
  if (result.agreement) console.log('stratome as waterz against waterz', JSON.stringify(result.agreement));
  console.table(result.outputs);
  console.table(result.costs);
}
if (options.json) {
  const parameters = { ...segmentationParameters.parse(settings) };
  console.log(JSON.stringify({ threshold, watershed, parameters, results }, null, 1));
} else if (!python) console.log('waterz was not run: STRATOME_BENCH_PYTHON is not set.');
