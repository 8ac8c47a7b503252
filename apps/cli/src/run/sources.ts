import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { badInput, canonicalJson, type Vec3 } from '@stratome/core';
import { readSources, type TileManifest } from '@stratome/ingest';
import { registerDataset, type Dataset } from '@stratome/operations';
import { tinyPhantom, writePhantom, type PhantomParametersInput, type Variant } from '@stratome/phantom';
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

export function phantomParametersFor({ seed, variant, tiny }: PhantomChoice): PhantomParametersInput {
  return {
    ...(tiny ? tinyPhantom : {}),
    ...(seed !== undefined && { seed }),
    ...(variant !== undefined && { variant }),
  };
}

/** Says each step of the phantom once, and how far its tiles are at every quarter. */
export function phantomNotes(note: (line: string) => void) {
  const what = { tissue: 'growing and imaging tissue', truth: 'writing the truth', tiles: 'cutting tiles' };
  let last = '';
  return (step: keyof typeof what, done: number, total: number): void => {
    const quarter = step === 'tiles' ? Math.floor((4 * done) / total) : 0;
    const line = `Phantom: ${what[step]}${quarter > 0 ? ` ${quarter * 25} %` : ''}`;
    if (line !== last) note(line);
    last = line;
  };
}

/** Makes the phantom unless it is there. Every choice has its own folder, so that none replaces another's tiles. */
export async function phantomSources(
  home: string,
  name: string,
  choice: PhantomChoice,
  note: (line: string) => void,
): Promise<Sources> {
  const { seed = 'default', variant = 'isotropic', tiny } = choice;
  const path = join(home, 'phantoms', name, `${variant}-${seed}${tiny ? '-tiny' : ''}`);
  await writePhantom(path, phantomParametersFor(choice), phantomNotes(note));
  return { manifest: await readSources(path, undefined, name), path, truthPath: join(path, 'truth') };
}

/** Keeps the manifest in the object store and the dataset in PostgreSQL. @throws conflict when the name is taken */
export async function registerSources({ db, store }: Session, sources: Sources): Promise<Dataset> {
  const { manifest, path, truthPath } = sources;
  const { hash } = await store.put(Buffer.from(canonicalJson(manifest)));
  const { name, voxelNm } = manifest;
  return registerDataset(db, { name, voxelNm, sourcePath: path, manifestHash: hash, truthPath });
}
