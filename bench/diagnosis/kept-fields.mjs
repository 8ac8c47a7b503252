/** What the stages measured of cases that were run with BENCH_KEEP_FIELDS=1. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { cacheFolder } from './bases.mjs';
import { keyOf } from './cases.mjs';

const folder = join(cacheFolder, 'fields');

/** Names of the kept cases, of one kind or of all, in order. */
export const keptFiles = (kind) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => !kind || file.startsWith(`${kind}-`))
        .sort()
    : [];

const fileOf = (one) => `${keyOf(one).replaceAll('/', '-')}.v8`;

/** Keeps what the stages measured, so that `replay.mjs` can diagnose it again in a moment. */
export function keepFields(prepared) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, fileOf(prepared.one)), serialize(prepared));
}

export const readKept = (file) => deserialize(readFileSync(join(folder, file)));

/** All kept clean volumes, one after the other, with progress; ends the process where there are too few. */
export function* cleanVolumes(least) {
  const files = keptFiles('clean');
  if (files.length < least) {
    console.error(
      `${folder} holds ${files.length} clean volumes, and ${least} are needed: run BENCH_KEEP_FIELDS=1 npm run bench:diagnosis -- --kinds clean.`,
    );
    process.exit(2);
  }
  for (const [n, file] of files.entries()) {
    process.stderr.write(`\r${n + 1} of ${files.length}`);
    yield readKept(file);
  }
  process.stderr.write('\n');
}
