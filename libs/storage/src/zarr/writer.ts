import { join } from 'node:path';
import { bytesOf, type Box, type VoxelArray } from '@stratome/core';
import { writeFileAtomic } from '../objects/atomic-file.js';
import { compress } from '../objects/gzip.js';
import { checkBlock, cutChunk, isAllZero } from '../volumes/block.js';
import { mapConcurrently } from '../volumes/concurrency.js';
import { chunkGrid, type VolumeMeta } from '../volumes/meta.js';
import { zarrChunkPath, zarrDocuments } from './metadata.js';
import { PartialFolder } from '../export/partial-folder.js';

const chunksAtOnce = 4;
const fileMode = 0o644;

/** Writes the metadata documents of a volume into a folder, the group's own last. */
export async function writeZarrDocuments(folder: string, meta: VolumeMeta): Promise<void> {
  for (const [path, document] of zarrDocuments(meta)) {
    const bytes = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
    await writeFileAtomic(join(folder, path), bytes, { mode: fileMode });
  }
}

/** An OME-Zarr 0.4 volume being written. */
export interface ZarrWriter {
  /**
   * Writes whole chunks of one mip; see `writeBlock` for `box` and `array`. Blocks that share no chunk may be
   * written at once; a chunk that is written twice keeps the later content unless that is all 0.
   */
  write(mip: number, box: Box, array: VoxelArray): Promise<void>;
  /** Writes the metadata and gives the volume its name. */
  close(): Promise<void>;
  /** Gives up and removes what was written. */
  abort(): Promise<void>;
}

/**
 * Begins an OME-Zarr 0.4 volume (zarr v2, gzip) in a new folder. The folder appears at `close`; until then, and
 * after a crash, there is just `<folder>.partial-XXXXXX`, which has no metadata and so does not read as zarr.
 *
 * @throws StratomeError conflict when the folder exists; unavailable when the disk refuses, also in `write`.
 */
export async function createZarrWriter(folder: string, meta: VolumeMeta): Promise<ZarrWriter> {
  const partial = await PartialFolder.begin(folder);
  const write = async (mip: number, box: Box, array: VoxelArray): Promise<void> => {
    checkBlock(meta, mip, box, array);
    await mapConcurrently([...chunkGrid(meta, mip).positionsIn(box)], chunksAtOnce, async (position) => {
      const bytes = bytesOf(cutChunk(meta, position, box, array));
      if (isAllZero(bytes)) return;
      const path = join(partial.path, zarrChunkPath(meta, mip, position));
      await writeFileAtomic(path, await compress(bytes), { mode: fileMode });
    });
  };
  const close = async (): Promise<void> => {
    await writeZarrDocuments(partial.path, meta);
    await partial.finish();
  };
  return { write, close, abort: () => partial.discard() };
}
