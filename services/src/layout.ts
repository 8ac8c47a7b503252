import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository root, from services/dist or services/src. */
export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where servers keep data, state and logs: STRATOME_HOME, else `.stratome` in the repository. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.STRATOME_HOME || join(repositoryRoot, '.stratome'));
}

/**
 * Everything Stratome writes into a state folder, so that a reset deletes this and nothing else, whatever folder
 * STRATOME_HOME was set to.
 */
export const stateSubfolders = ['servers', 'logs', 'objects', 'archive', 'phantoms', 'exports'] as const;

/** The files of one local server inside a state folder. */
export interface ServerFiles {
  /** Data and configuration of the server; deleted by reset. */
  folder: string;
  log: string;
  /** Process identity of the server that was started last. */
  state: string;
}

export function serverFiles(home: string, name: string): ServerFiles {
  return {
    folder: join(home, 'servers', name),
    log: join(home, 'logs', `${name}.log`),
    state: join(home, 'servers', `${name}.state.json`),
  };
}
