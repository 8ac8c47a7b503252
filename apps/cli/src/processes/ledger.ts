import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, stopProcess, type ProcessIdentity } from '@stratome/services';

export type ProcessRole = 'command' | 'worker' | 'api';

export interface RecordedProcess extends ProcessIdentity {
  readonly role: ProcessRole;
}

/** One file a process, so that commands that run at once do not overwrite each other's records. */
const folderOf = (home: string) => join(home, 'processes');
const fileOf = (home: string, pid: number) => join(folderOf(home), `${pid}.json`);

/** Keeps a process on record, so that `stratome stop` finds it. @returns what takes it off again */
export async function recordProcess(
  home: string,
  role: ProcessRole,
  pid: number,
): Promise<() => Promise<void>> {
  const identity = await identify(pid);
  const file = fileOf(home, pid);
  if (identity) {
    const { writeFileAtomic } = await import('@stratome/storage');
    await mkdir(folderOf(home), { recursive: true });
    await writeFileAtomic(file, Buffer.from(JSON.stringify({ ...identity, role })), { durable: false });
  }
  return () => rm(file, { force: true });
}

/** The processes on record that are alive; a record whose number now belongs to another process is removed. */
export async function recordedProcesses(home: string): Promise<RecordedProcess[]> {
  const names = await readdir(folderOf(home)).catch(() => []);
  const alive: RecordedProcess[] = [];
  for (const name of names.filter((n) => /^\d+\.json$/.test(n))) {
    const file = join(folderOf(home), name);
    const recorded = await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as RecordedProcess)
      .catch(() => undefined);
    if (recorded && (await isAlive(recorded))) alive.push(recorded);
    else await rm(file, { force: true });
  }
  return alive;
}

/** Time a command gets to stop its own workers, and a worker to put its jobs back, ms. */
const graceMs = 30_000;

/** Stops what is on record, commands first since they would start their workers again. */
export async function stopRecorded(home: string): Promise<RecordedProcess[]> {
  const stopped: RecordedProcess[] = [];
  for (const roles of [['command'], ['worker', 'api']]) {
    const chosen = (await recordedProcesses(home)).filter(({ role }) => roles.includes(role));
    await Promise.all(chosen.map((recorded) => stopProcess(recorded, 'SIGTERM', graceMs, 'SIGKILL')));
    stopped.push(...chosen);
  }
  await recordedProcesses(home);
  return stopped;
}
