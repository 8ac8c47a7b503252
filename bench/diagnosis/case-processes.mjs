/**
 * Cases in processes of their own, several at once: most of a case runs on one core, and a process returns its memory when it
 * ends.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';

/** What a process takes at most while it goes through the cases of one volume. */
const bytesOfProcess = 4e9;

/** How many cases this machine can run at once. */
export const defaultJobs = () =>
  Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / bytesOfProcess)));

function startProcess(threads) {
  const child = fork(join(import.meta.dirname, 'case-process.mjs'), {
    env: { ...process.env, BENCH_THREADS: String(threads) },
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`its process ended with ${signal ?? code}`);
  });
  ended.catch(() => {});
  return {
    async run(one) {
      const answered = once(child, 'message');
      child.send(one);
      const [result] = await Promise.race([answered, ended]);
      return result;
    },
    end: () => child.connected && child.disconnect(),
  };
}

/**
 * Runs cases that start from the same volume in one process; where that ends, the next case gets a new one.
 *
 * @param mayBegin whether there is time for another case
 */
async function runGroup(group, threads, { mayBegin, onResult, onFailure }) {
  let running;
  for (const one of group) {
    if (!mayBegin()) break;
    running ??= startProcess(threads);
    let result;
    try {
      result = await running.run(one);
    } catch (error) {
      onFailure(one, error);
      running = undefined;
      continue;
    }
    onResult(one, result);
  }
  running?.end();
}

function groupsOf(cases) {
  const groups = new Map();
  for (const one of cases) {
    const key = `${one.volume}/${one.seed}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return groups.values();
}

/**
 * @param cases as `schedule` gives them; those of a round that share a volume go to the same process
 * @param jobs processes at once
 * @param handlers {mayBegin(), onResult(one, result), onFailure(one, error)}
 */
export async function runCases(cases, jobs, handlers) {
  const groups = groupsOf(cases);
  const threads = Math.max(1, Math.floor(availableParallelism() / jobs));
  const work = async () => {
    for (const group of groups) await runGroup(group, threads, handlers);
  };
  await Promise.all(Array.from({ length: jobs }, work));
}
