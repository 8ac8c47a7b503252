import { readFile } from 'node:fs/promises';

/** Peak memory of a process so far, MiB; Linux alone. */
export async function peakMiB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
