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

/** What the results of a run belong to: the last commit that touched code, with `+` where files were changed since. */
export function codeRevision() {
  const paths = ['--', 'libs', 'bench/diagnosis', 'models', ':!*.md', ':!bench/diagnosis/results'];
  const commit = git('log', '-1', '--format=%h', ...paths);
  return git('status', '--porcelain', ...paths) === '' ? commit : `${commit}+`;
}

/** Weights and code revision of what is kept; empty the folder after an uncommitted change of a stage. */
function version() {
  const weights = ['affinities-iso-10nm', 'synapses-iso-10nm'].map(
    (name) => JSON.parse(readFileSync(join(root, 'models', name, 'model.json'), 'utf8')).sha256,
  );
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
  const commit = git('log', '-1', '--format=%H', '--', ...stages.map((name) => `libs/${name}`));
  return hashJson([weights, commit]).slice(0, 12);
}

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
    writeFileSync(`${file}.tmp`, serialize(made));
    renameSync(`${file}.tmp`, file);
  }
  return made;
}
