// node bench/diagnosis/planted-images.mjs [--rounds N] [--seed S] [--kinds a,b] [--workers W] [--home FOLDER] [--out FILE]
//
// What a user would do, by the command: a phantom's tiles, a fault planted in them, all stages with their servers, and a
// diagnosis with the region given and looked for. The benchmark (run.mjs) plants between the stages of one process, which is several
// times as fast; here is seen whether what it says holds for the product. Faults of L3 and L4 are made by `reprocess`, so
// their lineage tells. Results go to FILE case by case; a case that stands there is not run again. A home folder that is named is kept.
import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseBox, seededRandom } from '@stratome/core';
import { imageFaultKinds } from '@stratome/phantom';
import { runStratome } from '../stratome-command.mjs';
import { strengthOf } from './cases.mjs';
import { cleftThresholdOf, keptSynapsesOf, placeOf } from './faults.mjs';
import { overlap } from './one-case.mjs';
import { right } from './score.mjs';
import { supervoxelBlock } from './stages.mjs';
import { phantomDensity, phantomShape } from './volumes.mjs';

/** Faults that a region is given by making it again. */
const again = {
  wrongThreshold: (strength) => [
    'agglomerate',
    `segmentation.threshold=${(0.45 + 0.4 * strength).toFixed(2)}`,
  ],
  synapseThreshold: (strength) => ['L4', `synapse.cleftThreshold=${cleftThresholdOf(strength).toFixed(2)}`],
};
const kinds = [...imageFaultKinds, 'clean', 'fewerSynapses', ...Object.keys(again)];

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '9000' },
    kinds: { type: 'string', default: kinds.join(',') },
    workers: { type: 'string', default: '2' },
    home: { type: 'string' },
    out: { type: 'string' },
  },
});
const asked = options.kinds.split(',');
const unknown = asked.filter((kind) => !kinds.includes(kind));
if (unknown.length > 0) {
  console.error(`There is no kind "${unknown.join('", "')}". There are: ${kinds.join(', ')}.`);
  process.exit(2);
}
const home = options.home ? resolve(options.home) : await mkdtemp(join(tmpdir(), 'stratome-planted-'));
const out = options.out ? resolve(options.out) : join(home, 'results.jsonl');
const place = { home: join(home, 'home'), cwd: home, stderr: 'ignore' };
const stratome = (...args) => runStratome(place, ...args);

/** What is left of a phantom of that shape when it was imaged and aligned. */
const alignedShape = [phantomShape[0], phantomShape[1] - 32, phantomShape[2] - 32];

const textOf = ({ begin, end }) => `${begin}:${end}`;

/**
 * Where a region is made again, since regions are grown to whole blocks: those of supervoxels through all sections, or the smaller of
 * the two blocks of synapses.
 */
function blocksAt(kind, random) {
  const [nz, ny, nx] = alignedShape;
  if (kind === 'synapseThreshold') return { begin: [0, 0, 256], end: [nz, ny, nx] };
  const [, y, x] = supervoxelBlock;
  const [low, at, wide] = [y * random.below(2), x * random.below(2), x * (1 + random.below(2))];
  return { begin: [0, low, at], end: [nz, Math.min(ny, low + y), Math.min(nx, at + wide)] };
}

/** Tiles of a phantom. @param sparse {box, keep}: where synapses are fewer */
async function phantom(name, seed, sparse) {
  const more = sparse ? { sparseSynapses: { ...sparse.box, keep: sparse.keep } } : {};
  const parameters = JSON.stringify({ ...phantomDensity, ...more });
  const size = ['--seed', `${seed}`, '--shape', `${phantomShape}`];
  await stratome('phantom', '--out', name, ...size, '--parameters', parameters);
  return name;
}

/** Makes a dataset with the fault in it. @returns its name */
async function plant({ kind, seed, box, strength }) {
  const name = `${kind.toLowerCase()}_${seed}`;
  const folder = join(home, name);
  const start = (input, as) =>
    stratome('start', '--once', '--input', input, '--name', as, '--workers', options.workers);
  const tissue = `tissue_${seed}`;
  if (kind === 'fewerSynapses')
    await start(await phantom(name, seed + 100, { box, keep: keptSynapsesOf(strength) }), name);
  else {
    if (!made.has(tissue)) made.add(await phantom(tissue, seed + 100));
    if (kind === 'clean') await start(tissue, name);
    else if (imageFaultKinds.includes(kind)) {
      const where = ['--box', textOf(box), '--strength', `${strength}`, '--seed', `${seed}`];
      await stratome('plant', kind, '--input', tissue, '--out', name, ...where);
      await start(name, name);
    } else {
      await start(tissue, name);
      const [from, set] = again[kind](strength);
      const request = ['--region', textOf(box), '--from', from, '--set', set, '--workers', options.workers];
      await stratome('reprocess', name, ...request);
    }
  }
  await rm(folder, { recursive: true, force: true });
  return name;
}

const answerOf = ({ layer, cause, verdict, confidence, region }) => ({
  layer,
  cause,
  verdict,
  confidence,
  region,
});

/** Plants and asks. @returns what is kept of it */
async function runCase(kind, seed) {
  const began = performance.now();
  const random = seededRandom(`planted images/${kind}/${seed}`);
  const box = again[kind] ? blocksAt(kind, random) : placeOf(kind, random, alignedShape);
  const strength = Math.round(1000 * strengthOf(kind, random)) / 1000;
  const name = await plant({ kind, seed, box, strength });
  const ask = async (...args) => answerOf((await stratome('diagnose', name, ...args)).diagnosis);
  // A clean volume has no region to ask of, and of missing sections all is gone.
  const given = kind === 'clean' || kind === 'missingSection' ? null : await ask('--region', textOf(box));
  const search = await ask();
  return {
    kind,
    seed,
    box: textOf(box),
    strength,
    right: {
      given: given && right('cause', 'given')({ kind, given }),
      search: right('cause', 'search')({ kind, search }),
    },
    iou: search.cause && Math.round(100 * overlap(parseBox(search.region), box)) / 100,
    given,
    search,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

const made = new Set();
await mkdir(home, { recursive: true });
const kept = (await readFile(out, 'utf8').catch(() => '')).split('\n').filter(Boolean);
const done = new Set(kept.map((line) => JSON.parse(line)).map(({ kind, seed }) => `${kind}/${seed}`));
await stratome('services');
for (let seed = Number(options.seed); seed < Number(options.seed) + Number(options.rounds); seed++)
  for (const kind of asked) {
    if (done.has(`${kind}/${seed}`)) continue;
    const line = JSON.stringify(await runCase(kind, seed));
    await appendFile(out, `${line}\n`);
    console.log(line);
  }
await stratome('stop');
if (!options.home) await rm(home, { recursive: true, force: true });
