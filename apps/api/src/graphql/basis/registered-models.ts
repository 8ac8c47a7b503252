import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Hashes of the models that a new run would find, by id. */
export type RegisteredModels = ReadonlyMap<string, string>;

/** Long enough that a page of answers reads the folder once. */
const keptMs = 10_000;

async function readModels(folder: string): Promise<RegisteredModels> {
  const models = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const text = await readFile(join(folder, entry.name, 'model.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { id, sha256 } = JSON.parse(text) as { id?: string; sha256?: string };
    if (id && sha256) models.set(id, sha256);
  }
  return models;
}

/** The cards of a folder of models, read again now and then. */
export class ModelFolder {
  private read: Promise<RegisteredModels> | undefined;
  private readMs = 0;

  constructor(private readonly folder: string | undefined) {}

  models(): Promise<RegisteredModels> {
    if (!this.folder) return Promise.resolve(new Map());
    if (!this.read || performance.now() - this.readMs > keptMs) {
      this.read = readModels(this.folder);
      this.readMs = performance.now();
    }
    return this.read;
  }
}
