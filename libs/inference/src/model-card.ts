import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, hashBytes, notFound, StratomeError } from '@stratome/core';
import { z } from 'zod';

const threeWhole = (least: number) =>
  z.tuple([z.int().min(least), z.int().min(least), z.int().min(least)]).readonly();
const threePositive = z
  .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
  .readonly();

/** What `model.json` beside the weights says; every list of three is z, y, x. */
export const modelCardSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    task: z.enum(['affinities', 'synapses']),
    file: z.string().regex(/^[\w.-]+$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    voxelNm: threePositive,
    voxelToleranceFraction: z.number().min(0).max(1),
    window: threeWhole(1),
    margin: threeWhole(0),
    channels: z.array(z.string()).min(1),
    licence: z.object({ weights: z.string().min(1), trainingData: z.string().min(1) }),
    seed: z.int(),
    recipe: z.string(),
    trainedOn: z.array(z.string()),
    heldOut: z.record(z.string(), z.unknown()),
  })
  .refine((card) => card.window.every((w, k) => w > 2 * card.margin[k]), {
    message: 'the window must be wider than both margins',
    path: ['margin'],
  });

export type ModelCard = z.infer<typeof modelCardSchema>;
export type ModelTask = ModelCard['task'];

/** A model whose card was read and whose weights are the ones the card names. */
export interface Model {
  readonly card: ModelCard;
  readonly directory: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
}

/** `models/` of this repository. */
export const modelsDirectory = fileURLToPath(new URL('../../../models', import.meta.url));

/**
 * Reads `model.json` and checks the weights against the hash in it.
 *
 * @param directoryOrId a directory, or the id of a model in `models/`.
 * @throws notFound when there is no such model, badInput when the card is malformed, corrupt when the weights
 * are not those the card names.
 */
export async function loadModelCard(directoryOrId: string): Promise<Model> {
  const isPath = isAbsolute(directoryOrId) || directoryOrId.includes('/') || directoryOrId.includes(sep);
  const directory = isPath ? directoryOrId : join(modelsDirectory, directoryOrId);
  const card = parseCard(await readCard(directory), directory);
  const file = join(directory, card.file);
  const weights = await readFile(file).catch((cause: unknown) => {
    throw new StratomeError('corrupt', `The weights ${file} of model ${card.id} cannot be read.`, restore, {
      cause,
    });
  });
  const sha256 = hashBytes(weights);
  if (sha256 !== card.sha256) {
    throw new StratomeError(
      'corrupt',
      `The weights ${file} of model ${card.id} have SHA-256 ${sha256}, but its card says ${card.sha256}.`,
      restore,
    );
  }
  return { card, directory, file };
}

const restore = 'Restore the file from the repository, or export the model again (models/recipes/README.md).';

async function readCard(directory: string): Promise<string> {
  const path = join(directory, 'model.json');
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const available = await modelFolders(dirname(directory));
    const names = available.length > 0 ? available.join(', ') : 'none';
    throw new StratomeError('notFound', `There is no model at ${path}.`, `Models beside it: ${names}.`, {
      cause,
    });
  }
}

function parseCard(text: string, directory: string): ModelCard {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badInput(`${join(directory, 'model.json')} is not JSON.`, restore);
  }
  const parsed = modelCardSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badInput(
      `${join(directory, 'model.json')}: ${issue.path.join('.') || 'the card'} is not valid: ${issue.message}.`,
      'Correct the card; its fields are described in models/README.md.',
    );
  }
  return parsed.data;
}

/** Every model in a folder of models, checked as by `loadModelCard`, in order of id. */
export async function listModels(folder: string = modelsDirectory): Promise<Model[]> {
  const names = await modelFolders(folder);
  if (names.length === 0) throw notFound(`There are no models in ${folder}.`, 'Name a folder of models.');
  return Promise.all(names.map((name) => loadModelCard(join(folder, name))));
}

async function modelFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: false }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries.filter((e) => e.isDirectory())) {
    const inside = await readdir(join(folder, entry.name)).catch(() => [] as string[]);
    if (inside.includes('model.json')) names.push(basename(entry.name));
  }
  return names.sort();
}
