/**
 * A process that runs the cases it is sent, one after the other, and answers each with its result. It keeps the volume that
 * it began with and the networks that it opened, so `case-processes.mjs` starts one for each volume.
 */
import { keepFields } from './kept-fields.mjs';
import { answersTo, prepareCase, resultOf } from './one-case.mjs';

process.on('message', async (one) => {
  const began = performance.now();
  const prepared = await prepareCase(one);
  if (process.env.BENCH_KEEP_FIELDS) keepFields(prepared);
  const result = resultOf(prepared, await answersTo(prepared));
  process.send({ ...result, seconds: Math.round((performance.now() - began) / 100) / 10 });
});
process.on('disconnect', () => process.exit());
