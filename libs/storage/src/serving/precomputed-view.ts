import { allocate, bytesOf, copyOverlap, maxId, voxelsIn, formatBox, type Vec3 } from '@stratome/core';
import { compress } from '../objects/gzip.js';
import { meshInfo } from '../precomputed/mesh.js';
import { parseChunkName, precomputedInfo, precomputedProvenance, scaleKey } from '../precomputed/info.js';
import { segmentPropertiesInfo } from '../precomputed/segment-properties.js';
import { skeletonInfo } from '../precomputed/skeleton.js';
import { decodeChunk, emptyChunkHash, recorded, wholeChunkBox } from '../volumes/block.js';
import { chunkGrid, chunkKey, chunkKind } from '../volumes/meta.js';
import { jsonResource, type Resource } from './response.js';
import type { VolumeSource } from './source.js';

const octets = 'application/octet-stream';

/** A path of the Neuroglancer precomputed view; undefined (404) where there is nothing. */
export async function precomputedResource(source: VolumeSource, path: string): Promise<Resource | undefined> {
  const slash = path.indexOf('/');
  const [folder, name] = slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
  switch (folder) {
    case '':
      return rootDocument(source, name);
    case 'mesh':
      return meshResource(source, name);
    case 'skeletons':
      return skeletonResource(source, name);
    case 'segment_properties': {
      if (name !== 'info' || !source.segmentProperties) return undefined;
      return jsonResource(segmentPropertiesInfo(await source.segmentProperties()));
    }
    default:
      return chunkResource(source, folder, name);
  }
}

function rootDocument({ meta, meshes, skeletons, segmentProperties }: VolumeSource, name: string) {
  if (name === 'provenance') return jsonResource(precomputedProvenance(meta));
  if (name !== 'info') return undefined;
  const folders = { mesh: !!meshes, skeletons: !!skeletons, segmentProperties: !!segmentProperties };
  return jsonResource(precomputedInfo(meta, folders));
}

/** A whole object: its stored gzip bytes go out untouched to a client that accepts them. */
function objectResource({ store }: VolumeSource, hash: string, what: string): Resource {
  return {
    contentType: octets,
    tag: hash,
    identity: () => recorded(store.get(hash), what),
    gzip: async () => {
      const { encoding, bytes } = await recorded(store.getStored(hash), what);
      return encoding === 'gzip' ? bytes : compress(bytes);
    },
  };
}

/** Bytes that have to be made; they are compressed only when the client accepts it. */
function madeResource(tag: string, make: () => Promise<Uint8Array>): Resource {
  return { contentType: octets, tag, identity: make, gzip: async () => compress(await make()) };
}

/**
 * A chunk: C order (c, z, y, x) is the format's Fortran order (x, y, z, c). Chunks at the volume's end are cut
 * to size here, since they are stored padded. A chunk known to be empty is sent as zeros, because cloud-volume
 * takes 404 for missing data; one never written is 404.
 */
async function chunkResource(
  source: VolumeSource,
  scale: string,
  name: string,
): Promise<Resource | undefined> {
  const { meta } = source;
  const mip = meta.mips.findIndex((_, index) => scaleKey(meta, index) === scale);
  const position = mip < 0 ? undefined : parseChunkName(meta, mip, name);
  if (!position) return undefined;
  const hash = await source.resolve(chunkKind(meta, mip), chunkKey(position));
  if (hash === undefined) return undefined;
  const box = chunkGrid(meta, mip).box(position);
  const isWhole = formatBox(box) === formatBox(wholeChunkBox(meta, position));
  if (hash !== emptyChunkHash && isWhole) {
    return objectResource(source, hash, chunkTitle(source, mip, position));
  }
  return madeResource(`${hash}-${name}`, () => cutBytes(source, mip, position, hash));
}

const chunkTitle = ({ meta }: VolumeSource, mip: number, position: Vec3) =>
  `Chunk ${chunkKey(position)} of ${chunkKind(meta, mip)}`;

async function cutBytes(source: VolumeSource, mip: number, position: Vec3, hash: string) {
  const { meta, store } = source;
  const box = chunkGrid(meta, mip).box(position);
  const cut = allocate(meta.dtype, voxelsIn(box) * meta.channels);
  if (hash !== emptyChunkHash) {
    const what = chunkTitle(source, mip, position);
    const chunk = decodeChunk(meta, await recorded(store.get(hash), what), what);
    copyOverlap(chunk, wholeChunkBox(meta, position), cut, box, meta.channels);
  }
  return bytesOf(cut);
}

function segmentOf(text: string): bigint | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id <= maxId ? id : undefined;
}

/** `mesh/info`, the manifest `mesh/<id>:0`, and its fragments `mesh/<id>:0:<n>`. */
async function meshResource(source: VolumeSource, name: string): Promise<Resource | undefined> {
  if (!source.meshes) return undefined;
  if (name === 'info') return jsonResource(meshInfo);
  const match = /^(\d+):0(?::(\d{1,9}))?$/.exec(name);
  const segment = match ? segmentOf(match[1]) : undefined;
  const fragments = segment === undefined ? undefined : await source.meshes.fragments(segment);
  if (!match || !fragments || fragments.length === 0) return undefined;
  if (match[2] === undefined) {
    return jsonResource({ fragments: fragments.map((_, index) => `${segment}:0:${index}`) });
  }
  const hash = fragments[Number(match[2])];
  return hash === undefined ? undefined : objectResource(source, hash, `The mesh of segment ${segment}`);
}

/** `skeletons/info` and `skeletons/<id>`. */
async function skeletonResource(source: VolumeSource, name: string): Promise<Resource | undefined> {
  if (!source.skeletons) return undefined;
  if (name === 'info') return jsonResource(skeletonInfo);
  const segment = segmentOf(name);
  const hash = segment === undefined ? undefined : await source.skeletons.resolve(segment);
  return hash === undefined ? undefined : objectResource(source, hash, `The skeleton of segment ${segment}`);
}
