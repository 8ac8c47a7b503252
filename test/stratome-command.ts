import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly json: Record<string, never> & { error?: { kind: string; message: string; remedy: string } };
}

/** Runs the stratome command as a user would, with `environment` added to this one's. */
export const stratomeIn = (environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> =>
  stratomeAt(root, environment, ...args);

/** The same in the folder `cwd`. */
export function stratomeAt(cwd: string, environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const script = join(root, 'apps/cli/bin/stratome.mjs');
  const options = { cwd, maxBuffer: 64 << 20, env: { ...process.env, ...environment } };
  return new Promise((ok) => {
    execFile(process.execPath, [script, ...args, '--json'], options, (error, stdout, stderr) => {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      const json = last.startsWith('{') ? JSON.parse(last) : { error: { message: stderr } };
      ok({ code: error ? Number(error.code) : 0, json });
    });
  });
}
export const stratome = (...args: string[]) => stratomeIn({}, ...args);

/** `start --once` on a folder of tiles, with voxels of 10 nm. */
export const startOn = (folder: string, name: string, ...more: string[]) =>
  stratome('start', '--once', '--input', folder, '--voxel-nm', '10,10,10', '--name', name, ...more);
