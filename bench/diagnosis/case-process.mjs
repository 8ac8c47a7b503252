/**
 * A process that runs the cases it is sent, one after the other, and answers each with its result. It keeps the volume that
 * it began with and the networks that it opened, so `case-processes.mjs` starts one for each volume.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { cacheFolder } from './bases.mjs';
import { keyOf } from './cases.mjs';
import { answersTo, prepareCase, resultOf } from './one-case.mjs';

/** Keeps what the stages measured, so that `replay.mjs` can diagnose it again in a moment. */
function keepFields(prepared) {
  const folder = join(cacheFolder, 'fields');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${keyOf(prepared.one).replaceAll('/', '-')}.v8`), serialize(prepared));
}

process.on('message', async (one) => {
  const began = performance.now();
  const prepared = await prepareCase(one);
  if (process.env.BENCH_KEEP_FIELDS) keepFields(prepared);
  const result = resultOf(prepared, await answersTo(prepared));
  process.send({ ...result, seconds: Math.round((performance.now() - began) / 100) / 10 });
});
process.on('disconnect', () => process.exit());
