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

/** Weights and code revision of what is kept; empty the folder after an uncommitted change of a stage. */
function version() {
  const root = join(import.meta.dirname, '..', '..');
  const weights = ['affinities-iso-10nm', 'synapses-iso-10nm'].map(
    (name) => JSON.parse(readFileSync(join(root, 'models', name, 'model.json'), 'utf8')).sha256,
  );
  const commit = execFileSync('git', ['-C', root, 'log', '-1', '--format=%H', '--', 'libs'], {
    encoding: 'utf8',
  });
  return hashJson([weights, commit]).slice(0, 12);
}

/** @returns {volume, base}: the volume and what `runStages` made of it */
export async function baseOf(name) {
  const file = join(cacheFolder, `${name}-${version()}.v8`);
  if (existsSync(file)) return deserialize(readFileSync(file));
  const volume = await loadVolume(name);
  const { cells: _, ...base } = await runStages(volume);
  const made = { volume, base };
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(`${file}.tmp`, serialize(made));
  renameSync(`${file}.tmp`, file);
  return made;
}

if (process.argv[1] === import.meta.filename) {
  for (const name of process.argv.slice(2)) {
    const started = performance.now();
    const { base } = await baseOf(name);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
      JSON.stringify({ name, seconds, synapses: base.synapses.length, objects: base.objects.length }),
    );
  }
}
