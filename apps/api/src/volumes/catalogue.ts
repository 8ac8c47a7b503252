import { Inject, Injectable } from '@nestjs/common';
import { notFound, type Box, type Vec3 } from '@stratome/core';
import { artifactsAt } from '@stratome/operations';
import {
  readBox,
  volumeMeta,
  type ObjectStore,
  type Resolver,
  type VolumeMeta,
  type VolumeSource,
} from '@stratome/storage';
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { databaseToken, storeToken } from '../graphql/tokens.js';

/** Artefact kind under which a run keeps the description of each volume; the key is the volume's name. */
export const volumeKind = 'volume';

/** How many (volume, revision) pairs are kept open. */
const openVolumes = 256;

/** Finds the volumes of a dataset at a revision: descriptions and chunks are artefacts. */
@Injectable()
export class Catalogue {
  private readonly opened = new Map<string, Promise<VolumeSource>>();

  constructor(
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
  ) {}

  /** Descriptions of all volumes, by name. */
  async volumes(dataset: string, revision: number): Promise<VolumeMeta[]> {
    const rows = await artifactsAt(this.db, dataset, revision, volumeKind);
    return Promise.all(rows.map((row) => this.readMeta(row.hash)));
  }

  /**
   * A volume as it stands at a revision, ready to be served. What a complete revision holds never changes, so
   * sources are kept.
   *
   * @throws StratomeError notFound when the dataset has no such volume at that revision
   */
  open(dataset: string, revision: number, name: string): Promise<VolumeSource> {
    const key = `${dataset}/${revision}/${name}`;
    let source = this.opened.get(key);
    if (!source) {
      source = this.find(dataset, revision, name);
      this.opened.set(key, source);
      source.catch(() => this.opened.delete(key));
      if (this.opened.size > openVolumes) this.opened.delete(this.opened.keys().next().value!);
    }
    return source;
  }

  /**
   * The id of a segmentation at a place.
   *
   * @param placeNm z, y, x from the corner of the volume, nm
   * @returns 0 where there is nothing, outside the volume too
   */
  async idAt(dataset: string, revision: number, name: string, placeNm: Vec3): Promise<bigint> {
    const { meta, resolve } = await this.open(dataset, revision, name);
    const [z, y, x] = placeNm.map((nm, axis) => Math.floor(nm / meta.voxelNm[axis]));
    if ([z, y, x].some((v, axis) => v < 0 || v >= meta.mips[0].shape[axis])) return 0n;
    const box: Box = { begin: [z, y, x], end: [z + 1, y + 1, x + 1] };
    return BigInt((await readBox(this.store, resolve, meta, 0, box))[0]);
  }

  private async find(dataset: string, revision: number, name: string): Promise<VolumeSource> {
    const [row] = await artifactsAt(this.db, dataset, revision, volumeKind, [name]);
    if (!row) {
      const names = (await artifactsAt(this.db, dataset, revision, volumeKind)).map((r) => r.key).join(', ');
      throw notFound(
        `The dataset "${dataset}" has no volume "${name}" at revision ${revision}.`,
        `Volumes: ${names || 'none'}.`,
      );
    }
    return {
      meta: await this.readMeta(row.hash),
      store: this.store,
      resolve: this.resolver(dataset, revision),
      immutable: true,
      skeletons: { resolve: (segment) => this.hashOf(dataset, revision, 'skeleton', String(segment)) },
      meshes: {
        fragments: async (segment) => {
          const hash = await this.hashOf(dataset, revision, 'mesh', String(segment));
          return hash === undefined ? undefined : [hash];
        },
      },
    };
  }

  private async hashOf(
    dataset: string,
    revision: number,
    kind: string,
    key: string,
  ): Promise<string | undefined> {
    return (await artifactsAt(this.db, dataset, revision, kind, [key]))[0]?.hash;
  }

  /** Chunks asked for together are looked up in one statement. */
  private resolver(dataset: string, revision: number): Resolver {
    const loader = new DataLoader<{ kind: string; key: string }, string | undefined>(
      async (asked) => {
        const kinds = [...new Set(asked.map(({ kind }) => kind))];
        const found = new Map<string, string>();
        for (const kind of kinds) {
          const keys = asked.filter((one) => one.kind === kind).map((one) => one.key);
          for (const row of await artifactsAt(this.db, dataset, revision, kind, keys))
            found.set(`${kind} ${row.key}`, row.hash);
        }
        return asked.map(({ kind, key }) => found.get(`${kind} ${key}`));
      },
      { cache: false, maxBatchSize: 500 },
    );
    return (kind, key) => loader.load({ kind, key });
  }

  private async readMeta(hash: string): Promise<VolumeMeta> {
    const bytes = await this.store.get(hash);
    return volumeMeta(JSON.parse(Buffer.from(bytes).toString('utf8')));
  }
}
