import { join } from 'node:path';
import { StratomeError, badInput, notFound } from '@stratome/core';
import * as zarr from 'zarrita';
import './codecs.js';
import { damagedChunk, toVoxels, voxelTypeOf, type DenseArray } from './dense-array.js';
import { FolderStore } from './folder-store.js';
import { omeLevels } from './ome.js';
import { openedVolume, type OpenedVolume } from './opened-volume.js';
import { axisRoles } from './read-dense.js';

type ForeignArray = zarr.Array<zarr.DataType, FolderStore>;

function denseArray(array: ForeignArray, title: string): DenseArray {
  const dtype = voxelTypeOf(array.dtype, title);
  return {
    title,
    dtype,
    shape: array.shape,
    chunk: array.chunks,
    readChunk: async (position) => {
      const { data, shape, stride } = await array.getChunk([...position]).catch((cause: unknown) => {
        if (zarr.isZarritaError(cause, 'UnknownCodecError')) {
          throw badInput(
            `${title} is compressed with "${cause.codec}".`,
            'Write it with gzip, zstd, lz4 or blosc.',
          );
        }
        if (cause instanceof StratomeError) throw cause;
        throw damagedChunk(title, position, cause);
      });
      return { data: toVoxels(data, title), shape, stride };
    },
  };
}

async function openNode(store: FolderStore, path: string, title: string) {
  const location = zarr.root(store).resolve(path);
  return zarr.open(location).catch((cause: unknown) => {
    if (cause instanceof StratomeError) throw cause;
    if (zarr.isZarritaError(cause, 'NotFoundError')) {
      throw notFound(`There is no zarr array or group at ${title}.`, 'An interrupted write leaves none.');
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StratomeError('corrupt', `The zarr metadata of ${title} cannot be read: ${reason}.`, '', {
      cause,
    });
  });
}

async function openArray(store: FolderStore, path: string): Promise<ForeignArray> {
  const title = join(store.folder, path);
  const node = await openNode(store, path, title);
  if (node.kind === 'array') return node as ForeignArray;
  throw notFound(`${title} is a zarr group where an array was expected.`);
}

/**
 * Opens a zarr volume, version 2 or 3: an array, or a group with OME-Zarr multiscales. Checksums of CRC-32C are
 * verified; chunks that are absent read as the fill value.
 *
 * @throws StratomeError notFound when there is no zarr; badInput for a type, codec or order of axes that cannot
 *   be read; corrupt for unreadable metadata.
 */
export async function openZarr(folder: string): Promise<OpenedVolume> {
  const store = new FolderStore(folder);
  const node = await openNode(store, '/', folder);
  if (node.kind === 'array') {
    const array = denseArray(node as ForeignArray, folder);
    const names = (node as ForeignArray).dimensionNames;
    return openedVolume('zarr', [
      { array, roles: axisRoles(folder, array.shape, names as string[] | undefined) },
    ]);
  }
  const levels = omeLevels(node.attrs, folder);
  if (!levels) {
    throw badInput(`${folder} is a zarr group without OME-Zarr multiscales.`, 'Name the array inside it.');
  }
  const mips = await Promise.all(
    levels.map(async ({ path, axisNames, voxelNm }) => {
      const array = denseArray(await openArray(store, path), join(folder, path));
      return {
        array,
        voxelNm,
        roles: axisRoles(array.title, array.shape, axisNames as string[] | undefined),
      };
    }),
  );
  return openedVolume('zarr', mips);
}
