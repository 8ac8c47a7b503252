import { compress } from '../objects/gzip.js';
import { recorded, resolveChunk } from '../volumes/block.js';
import { chunkGrid, chunkKey, chunkKind } from '../volumes/meta.js';
import { zarrChunkPath, zarrDocuments } from '../zarr/metadata.js';
import { jsonResource, type Resource } from './response.js';
import type { VolumeSource } from './source.js';

/**
 * A path of the OME-Zarr view. A stored gzip chunk is sent as it lies on disk: gzip is the array's codec.
 * Absent chunks are undefined (404), which every zarr reader takes for fill value.
 */
export async function zarrResource(source: VolumeSource, path: string): Promise<Resource | undefined> {
  const { meta, store, resolve } = source;
  const document = zarrDocuments(meta).get(path);
  if (document) return jsonResource(document);
  const numbers = /^\d{1,9}(?:\/\d{1,9})+$/.test(path) ? path.split('/').map(Number) : [];
  if (numbers.length !== (meta.channels > 1 ? 5 : 4) || !meta.mips[numbers[0]]) return undefined;
  const mip = numbers[0];
  const [z, y, x] = numbers.slice(-3);
  const inside = [z, y, x].every((p, k) => p < chunkGrid(meta, mip).counts[k]);
  if (!inside || zarrChunkPath(meta, mip, [z, y, x]) !== path) return undefined;
  const hash = await resolveChunk(resolve, meta, mip, [z, y, x]);
  if (hash === undefined) return undefined;
  const what = `Chunk ${chunkKey([z, y, x])} of ${chunkKind(meta, mip)}`;
  return {
    contentType: 'application/octet-stream',
    tag: hash,
    identity: async () => {
      const { encoding, bytes } = await recorded(store.getStored(hash), what);
      return encoding === 'gzip' ? bytes : compress(bytes);
    },
  };
}
