import { Inject, Injectable } from '@nestjs/common';
import { notFound, type Box, type Vec3 } from '@stratome/core';
import { artifactsAt } from '@stratome/operations';
import {
  readBox,
  volumeMeta,
  type AnnotationSource,
  type ObjectStore,
  type VolumeMeta,
  type VolumeSource,
} from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { GraphReader } from '../graphql/graph-reader.js';
import { databaseToken, storeToken } from '../graphql/tokens.js';
import { ArtifactLookup } from './artifact-lookup.js';
import { qualityName, qualityVolume } from './quality-volume.js';
import { readSegmentProperties } from './segment-list.js';
import { synapseAnnotations } from './synapse-annotations.js';

/** Artefact kind under which a run keeps the description of each volume; the key is the volume's name. */
const volumeKind = 'volume';

/** How many (volume, revision) pairs are kept open. */
const openVolumes = 256;

/** Finds the volumes of a dataset at a revision: descriptions, chunks, meshes and skeletons are artefacts. */
@Injectable()
export class Catalogue {
  private readonly opened = new Map<string, Promise<VolumeSource>>();
  private readonly collections = new Map<string, { key: string; source: Promise<AnnotationSource> }>();

  constructor(
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
    private readonly reader: GraphReader,
  ) {}

  /** Descriptions of all volumes, by name. */
  async volumes(dataset: string, revision: number): Promise<VolumeMeta[]> {
    const rows = await artifactsAt(this.db, dataset, revision, volumeKind);
    return Promise.all(rows.map((row) => this.readMeta(row.hash)));
  }

  /**
   * A volume as it stands at a revision, ready to be served. What a complete revision holds does not change, so
   * sources are kept; a dataset that was made anew under the same name has another time of edit.
   *
   * @throws StratomeError notFound when the dataset has no such volume at that revision
   */
  async open(dataset: string, revision: number, name: string): Promise<VolumeSource> {
    const { lastDatabaseEdit } = await this.reader.recentDataset(dataset);
    const key = `${dataset}/${revision}/${name}/${lastDatabaseEdit}`;
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

  /** The synapses of the head revision; how many there are is counted once. */
  async synapses(dataset: string): Promise<AnnotationSource> {
    const { lastDatabaseEdit, revision } = await this.reader.recentDataset(dataset);
    const key = `${revision}/${lastDatabaseEdit}`;
    const known = this.collections.get(dataset);
    if (known?.key === key) return known.source;
    const source = synapseAnnotations(this.reader, dataset);
    this.collections.set(dataset, { key, source });
    source.catch(() => this.collections.delete(dataset));
    return source;
  }

  private async find(dataset: string, revision: number, name: string): Promise<VolumeSource> {
    if (qualityName(name)) return qualityVolume(this.reader, dataset, revision, name);
    const lookup = new ArtifactLookup(this.db, dataset, revision);
    const hash = await lookup.hashOf(volumeKind, name);
    if (hash === undefined) {
      const names = (await artifactsAt(this.db, dataset, revision, volumeKind)).map((row) => row.key);
      throw notFound(
        `The dataset "${dataset}" has no volume "${name}" at revision ${revision}.`,
        `Volumes: ${names.join(', ') || 'none'}.`,
      );
    }
    const meta = await this.readMeta(hash);
    const resolve = (kind: string, key: string) => lookup.hashOf(kind, key);
    const source = { meta, store: this.store, resolve, immutable: true };
    return name === 'segmentation'
      ? { ...source, ...(await this.objectsOf(dataset, revision, lookup)) }
      : source;
  }

  /** What goes with the segments. The graph knows those of the head revision alone. */
  private async objectsOf(
    dataset: string,
    revision: number,
    lookup: ArtifactLookup,
  ): Promise<Pick<VolumeSource, 'meshes' | 'skeletons' | 'segmentProperties'>> {
    const head = (await this.reader.recentDataset(dataset)).revision;
    const ofHead = head === BigInt(revision);
    return {
      skeletons: { resolve: (segment) => lookup.hashOf('skeleton', String(segment)) },
      meshes: {
        fragments: async (segment) => {
          const mesh = await lookup.hashOf('mesh', String(segment));
          return mesh === undefined ? undefined : [mesh];
        },
      },
      ...(ofHead ? { segmentProperties: () => readSegmentProperties(this.reader, dataset) } : {}),
    };
  }

  private async readMeta(hash: string): Promise<VolumeMeta> {
    const bytes = await this.store.get(hash);
    return volumeMeta(JSON.parse(Buffer.from(bytes).toString('utf8')));
  }
}
