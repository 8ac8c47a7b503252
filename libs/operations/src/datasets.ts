import { badInput, conflict, notFound, type Vec3 } from '@stratome/core';
import type { DataSource } from 'typeorm';
import { removeAnalyses } from './analyses.js';
import { Dataset } from './entities/dataset.js';

export interface NewDataset {
  readonly name: string;
  readonly voxelNm: Vec3;
  readonly sourcePath: string;
  readonly manifestHash: string;
  readonly truthPath?: string;
}

const namePattern = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** @throws StratomeError badInput when the name cannot become a Neo4j label. */
export function requireDatasetName(name: string): string {
  if (namePattern.test(name)) return name;
  throw badInput(
    `"${name}" is not a dataset name.`,
    'Use letters, digits and underscores, beginning with a letter, 63 at most.',
  );
}

/**
 * Registers a dataset, or returns the one of that name when it came from the same tiles.
 *
 * @throws StratomeError conflict when the name is taken by other tiles or another voxel size
 */
export async function registerDataset(db: DataSource, given: NewDataset): Promise<Dataset> {
  requireDatasetName(given.name);
  const repository = db.getRepository(Dataset);
  await repository
    .createQueryBuilder()
    .insert()
    .values({ ...given, voxelNm: [...given.voxelNm], truthPath: given.truthPath ?? null })
    .orIgnore()
    .execute();
  const dataset = await repository.findOneByOrFail({ name: given.name });
  const same =
    dataset.manifestHash === given.manifestHash && given.voxelNm.every((v, k) => v === dataset.voxelNm[k]);
  if (!same) {
    throw conflict(
      `The dataset "${given.name}" exists already, made from other tiles or another voxel size (${dataset.sourcePath}, ${dataset.voxelNm.join(',')} nm).`,
      `Choose another --name, or remove it first: npx stratome reset --dataset ${given.name}.`,
    );
  }
  return dataset;
}

export const listDatasets = (db: DataSource): Promise<Dataset[]> =>
  db.getRepository(Dataset).find({ order: { name: 'ASC' } });

/** @throws StratomeError notFound that lists the datasets there are. */
export async function requireDataset(db: DataSource, name: string): Promise<Dataset> {
  const dataset = await db.getRepository(Dataset).findOneBy({ name });
  if (dataset) return dataset;
  const names = (await listDatasets(db)).map((d) => d.name).join(', ') || 'none yet';
  throw notFound(`There is no dataset "${name}".`, `Datasets: ${names}.`);
}

/** Removes a dataset with its runs, tasks and artefact rows. Objects stay until they are collected. */
export async function removeDataset(db: DataSource, name: string): Promise<void> {
  await requireDataset(db, name);
  await removeAnalyses(db, name);
  await db.getRepository(Dataset).delete({ name });
}
