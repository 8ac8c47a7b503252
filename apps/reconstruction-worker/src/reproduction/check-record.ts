import { readFile } from 'node:fs/promises';
import { hashBytes, notFound, StratomeError } from '@stratome/core';
import { listModels, loadModelCard } from '@stratome/inference';
import type { SectionTiles } from '@stratome/ingest';
import type { ResolvedTask } from '@stratome/pipeline';
import type { ModelReference } from '@stratome/provenance';
import type { ObjectStore } from '@stratome/storage';
import type { StoredPlan } from '../execution/resolve-task.js';

/**
 * The folder of the model of a given hash: where it was, or anywhere among the models there are.
 *
 * @throws StratomeError notFound when no model has the hash
 */
export async function findModel(
  { id, hash, directory }: ModelReference & { readonly directory: string },
  modelsDirectory: string,
): Promise<string> {
  const there = await loadModelCard(directory).catch(() => undefined);
  if (there?.card.sha256 === hash) return directory;
  const models = await listModels(modelsDirectory).catch(() => []);
  const found = models.find(({ card }) => card.sha256 === hash);
  if (found) return found.directory;
  throw notFound(
    `The model ${id} with the hash ${hash} is not in ${directory} nor in ${modelsDirectory}.`,
    'Put the weights of that hash there; without them the run cannot be reproduced.',
  );
}

/** @throws StratomeError notFound that names what the store lacks */
export async function requireInputs(task: ResolvedTask, store: ObjectStore): Promise<void> {
  for (const [kind, contents] of task.inputs) {
    for (const [key, { hash, bytes }] of contents) {
      if (bytes === 0 || (await store.has(hash))) continue;
      throw notFound(
        `${task.stage} ${task.key} read the ${kind} ${key} (${hash}), which is not in the object store any more.`,
        'Restore the object; npx stratome verify names every one that is missing.',
      );
    }
  }
}

/** Ingest reads files instead of objects. @throws StratomeError notFound or corrupt when one is not as it was */
export async function requireTiles({
  stage,
  detail,
}: StoredPlan & { readonly stage: string }): Promise<void> {
  if (stage !== 'ingest') return;
  for (const { file, sha256 } of (detail.section as SectionTiles).tiles) {
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) throw notFound(`The tile ${file} is not there any more.`, 'Restore the file.');
    if (hashBytes(bytes) !== sha256)
      throw new StratomeError('corrupt', `The tile ${file} is another than then.`, 'Restore the file.');
  }
}
