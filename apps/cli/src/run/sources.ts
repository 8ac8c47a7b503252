import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { badInput, canonicalJson, type Vec3 } from '@stratome/core';
import { readSources, type TileManifest } from '@stratome/ingest';
import { registerDataset, type Dataset } from '@stratome/operations';
import { tinyPhantom, writePhantom, type PhantomParametersInput, type Variant } from '@stratome/phantom';
import type { Console } from '../action.js';
import type { Session } from '../session.js';

/** Tiles as they were found and checked, before any server knows of them. */
export interface Sources {
  readonly manifest: TileManifest;
  readonly path: string;
  /** Folder of the truth, where there is one. */
  readonly truthPath?: string;
}

export interface PhantomChoice {
  readonly seed?: number;
  readonly variant?: Variant;
  readonly tiny?: boolean;
}

/** @throws badInput for a phantom's option beside --input */
export function refusePhantomOptions(choice: PhantomChoice): void {
  const given = (['variant', 'seed', 'tiny'] as const).filter((name) => choice[name] !== undefined);
  if (given.length === 0) return;
  throw badInput(`--${given[0]} describes a phantom, and --input names tiles.`, 'Leave one of them out.');
}

/** Checks the user's own tiles. @throws notFound or badInput naming the files that cannot be used */
export async function inputSources(input: string, voxelNm: Vec3 | undefined, name: string): Promise<Sources> {
  const path = resolve(input);
  const manifest = await readSources(path, voxelNm, name);
  const truth = join(path, 'truth');
  return { manifest, path, ...(existsSync(join(truth, 'truth.json')) && { truthPath: truth }) };
}

function phantomParametersFor({ seed, variant, tiny }: PhantomChoice): PhantomParametersInput {
  return {
    ...(tiny ? tinyPhantom : {}),
    ...(seed !== undefined && { seed }),
    ...(variant !== undefined && { variant }),
  };
}

/** Makes the phantom unless it is there. Every choice has its own folder, so that none replaces another's tiles. */
export async function phantomSources(
  home: string,
  name: string,
  choice: PhantomChoice,
  { progress }: Console,
): Promise<Sources> {
  const { seed = 'default', variant = 'isotropic', tiny } = choice;
  const path = join(home, 'phantoms', name, `${variant}-${seed}${tiny ? '-tiny' : ''}`);
  await writePhantom(path, phantomParametersFor(choice), (step, done, total) =>
    progress.update({ stage: `phantom ${step}`, done, total, unit: step === 'tiles' ? 'tiles' : 'steps' }),
  );
  return { manifest: await readSources(path, undefined, name), path, truthPath: join(path, 'truth') };
}

/** Keeps the manifest in the object store and the dataset in PostgreSQL. @throws conflict when the name is taken */
export async function registerSources({ db, store }: Session, sources: Sources): Promise<Dataset> {
  const { manifest, path, truthPath } = sources;
  const { hash } = await store.put(Buffer.from(canonicalJson(manifest)));
  const { name, voxelNm } = manifest;
  return registerDataset(db, { name, voxelNm, sourcePath: path, manifestHash: hash, truthPath });
}
