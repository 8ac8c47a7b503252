import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Vec3 } from '@stratome/core';
import { writeFileAtomic } from '../objects/atomic-file.js';
import { FileObjectStore } from '../objects/file-store.js';
import { compress } from '../objects/gzip.js';
import { chunkName, scaleKey } from '../precomputed/info.js';
import { precomputedResource } from '../serving/precomputed-view.js';
import type { VolumeSource } from '../serving/source.js';
import { recorded, resolveChunk } from '../volumes/block.js';
import { mapConcurrently } from '../volumes/concurrency.js';
import { chunkGrid, chunkKey, chunkKind } from '../volumes/meta.js';
import { zarrChunkPath } from '../zarr/metadata.js';
import { PartialFolder } from './partial-folder.js';
import { writeZarrDocuments } from '../zarr/writer.js';

export interface ExportOptions {
  /** `zarr`: OME-Zarr 0.4. `precomputed`: Neuroglancer, uncompressed so that any static server will do. */
  readonly format?: 'zarr' | 'precomputed';
  /** Called after every chunk. */
  readonly progress?: (done: number, total: number) => void;
}

const chunksAtOnce = 8;
const writeOptions = { mode: 0o644 };

/**
 * Writes a volume, in the revision that `source` resolves to, as an ordinary folder. Zarr chunks are hard links
 * to the objects where the file system allows, so an export takes no space; do not edit them in place.
 *
 * @throws StratomeError conflict when the folder exists, corrupt when an object is damaged or gone, unavailable
 *   when the disk refuses; the folder then does not come into being.
 */
export async function exportVolume(
  source: VolumeSource,
  folder: string,
  { format = 'zarr', progress = () => {} }: ExportOptions = {},
): Promise<void> {
  const partial = await PartialFolder.begin(folder);
  const exportChunk = format === 'zarr' ? exportZarrChunk : exportPrecomputedChunk;
  try {
    const chunks = source.meta.mips.flatMap((_, mip) =>
      [...chunkGrid(source.meta, mip).positions()].map((position) => ({ mip, position })),
    );
    let done = 0;
    await mapConcurrently(chunks, chunksAtOnce, async ({ mip, position }) => {
      await exportChunk(source, partial.path, mip, position);
      progress(++done, chunks.length);
    });
    if (format === 'zarr') await writeZarrDocuments(partial.path, source.meta);
    else await writePrecomputedDocuments(source, partial.path);
    await partial.finish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}

async function exportZarrChunk(source: VolumeSource, folder: string, mip: number, position: Vec3) {
  const { meta, store, resolve } = source;
  const hash = await resolveChunk(resolve, meta, mip, position);
  if (hash === undefined) return;
  const path = join(folder, zarrChunkPath(meta, mip, position));
  const what = `Chunk ${chunkKey(position)} of ${chunkKind(meta, mip)}`;
  if (store instanceof FileObjectStore) return recorded(store.exportGzip(hash, path), what);
  const { encoding, bytes } = await recorded(store.getStored(hash), what);
  await writeFileAtomic(path, encoding === 'gzip' ? bytes : await compress(bytes), writeOptions);
}

async function exportPrecomputedChunk(source: VolumeSource, folder: string, mip: number, position: Vec3) {
  const { meta } = source;
  const path = join(scaleKey(meta, mip), chunkName(chunkGrid(meta, mip).box(position)));
  const resource = await precomputedResource(source, path);
  if (resource) await writeFileAtomic(join(folder, path), await resource.identity(), writeOptions);
}

async function writePrecomputedDocuments(source: VolumeSource, folder: string): Promise<void> {
  // Skeletons and meshes are not listed by the source, so an exported folder has none and must not claim them.
  const { meta, store, resolve, segmentProperties } = source;
  const documents = ['segment_properties/info', 'provenance', 'info'];
  for (const path of documents) {
    const resource = await precomputedResource({ meta, store, resolve, segmentProperties }, path);
    if (!resource) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFileAtomic(join(folder, path), await resource.identity(), writeOptions);
  }
}
