/** What the stages measured of cases that were run with BENCH_KEEP_FIELDS=1. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { cacheFolder } from './bases.mjs';

const folder = join(cacheFolder, 'fields');

/** Names of the kept cases, of one kind or of all, in order. */
export const keptFiles = (kind) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => !kind || file.startsWith(`${kind}-`))
        .sort()
    : [];

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
