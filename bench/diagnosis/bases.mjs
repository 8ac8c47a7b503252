/** Volumes without a fault and all that the stages make of them, kept on disk so that cases start from there. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { hashJson } from '@stratome/core';
import { runStages } from './stages.mjs';
import { loadVolume } from './volumes.mjs';

export const cacheFolder = process.env.STRATOME_BENCH_CACHE ?? join(tmpdir(), 'stratome-diagnosis');

const root = join(import.meta.dirname, '..', '..');
const git = (...args) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();

/** Libraries that the stages of a case run. */
const stages = [
  'core',
  'kernels',
  'phantom',
  'ingest',
  'alignment',
  'inference',
  'segmentation',
  'postprocessing',
];

/** Of this folder, what can change a result. */
const makers = [
  'cases',
  'faults',
  'measures',
  'one-case',
  'perturbed-model',
  'predict-region',
  'stages',
  'volumes',
];

/** A hash of files as committed, whatever commit holds them, with `+` where some were changed since. */
function contentOf(...paths) {
  const files = ['--', ...paths, ':!*.md', ':!*.spec.ts', ':!*.fixture.ts'];
  const hash = hashJson(git('ls-files', '-s', ...files)).slice(0, 10);
  return git('status', '--porcelain', ...files) === '' ? hash : `${hash}+`;
}

const sourceOf = (library) => `libs/${library}/src`;

/** What the results of a run belong to. */
export const codeRevision = () =>
  contentOf(
    ...[...stages, 'diagnostics'].map(sourceOf),
    ...makers.map((name) => `bench/diagnosis/${name}.mjs`),
    'models',
  );

/** Weights and stages of what is kept; empty the folder after an uncommitted change of a stage. */
const version = () => contentOf(...stages.map(sourceOf), 'models').replace('+', '');

const current = version();
let last;

/**
 * @param keep whether other cases will start from it
 * @returns {volume, base}: the volume and what `runStages` made of it
 */
export async function baseOf(name, keep = true) {
  const file = join(cacheFolder, `${name}-${current}.v8`);
  if (last?.file === file) return last.made;
  const made = existsSync(file) ? deserialize(readFileSync(file)) : await makeBase(name, keep && file);
  if (keep) last = { file, made };
  return made;
}

async function makeBase(name, file) {
  const volume = await loadVolume(name);
  const { cells: _, ...base } = await runStages(volume);
  const made = { volume, base };
  if (file) {
    mkdirSync(cacheFolder, { recursive: true });
    const written = `${file}.${process.pid}`;
    writeFileSync(written, serialize(made));
    renameSync(written, file);
  }
  return made;
}
