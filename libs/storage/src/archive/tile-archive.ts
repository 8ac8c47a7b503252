import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StratomeError, conflict, hashBytes, notFound } from '@stratome/core';
import { writeFileAtomic, type AtomicWriteOptions } from '../objects/atomic-file.js';
import { errorCode, storageError } from '../objects/storage-error.js';

export interface TileAddress {
  readonly dataset: string;
  readonly section: string;
  readonly tile: string;
}

export interface ArchivedTile extends TileAddress {
  /** SHA-256 of the tile's file, byte for byte as it was delivered. */
  readonly sha256: string;
  readonly bytes: number;
}

const nameTile = ({ dataset, section, tile }: TileAddress) =>
  `Tile "${tile}" of section "${section}" in dataset "${dataset}"`;

/** A file name for any text; injective, and never "." or "..". */
const fileName = (text: string) => encodeURIComponent(text).replace(/^\./, '%2E');

function readingError(error: unknown): never {
  throw storageError(error, 'Reading the tile archive');
}

/**
 * The original tiles, write-once: `<root>/archive/tiles/ab/cd/<sha256>` holds the delivered bytes unchanged and
 * `<root>/archive/index/<dataset>/<section>/<tile>.json` says which hash a tile has. Neither is ever replaced.
 */
export class TileArchive {
  private readonly folder: string;

  constructor(
    root: string,
    private readonly options: Pick<AtomicWriteOptions, 'files' | 'durable'> = {},
  ) {
    this.folder = join(root, 'archive');
  }

  private bytesPath(sha256: string): string {
    return join(this.folder, 'tiles', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  private indexPath({ dataset, section, tile }: TileAddress): string {
    return join(this.folder, 'index', fileName(dataset), fileName(section), `${fileName(tile)}.json`);
  }

  /**
   * Archives a tile's file. Putting the same bytes again changes nothing.
   *
   * @param expectedSha256 What the manifest says; compared without regard to case.
   * @throws StratomeError corrupt when the checksum is another; conflict when the archive holds other bytes
   *   for this tile; unavailable when the disk refuses.
   */
  async put(address: TileAddress, bytes: Uint8Array, expectedSha256?: string): Promise<ArchivedTile> {
    const sha256 = hashBytes(bytes);
    if (expectedSha256 !== undefined && expectedSha256.toLowerCase() !== sha256) {
      throw new StratomeError(
        'corrupt',
        `${nameTile(address)} has the SHA-256 ${sha256}, but its manifest says ${expectedSha256}.`,
        'Deliver the tile again, or correct the manifest.',
      );
    }
    const archived: ArchivedTile = { ...address, sha256, bytes: bytes.byteLength };
    refuseOther(await this.find(address), archived);
    const exclusive = { ...this.options, exclusive: true };
    // Bytes first: an index entry must never name bytes that are not there.
    await writeFileAtomic(this.bytesPath(sha256), bytes, exclusive);
    const entry = Buffer.from(`${JSON.stringify({ sha256, bytes: bytes.byteLength })}\n`);
    const written = await writeFileAtomic(this.indexPath(address), entry, exclusive);
    if (!written) refuseOther(await this.find(address), archived);
    return archived;
  }

  /** What the archive holds for a tile, without reading its bytes. */
  async find(address: TileAddress): Promise<ArchivedTile | undefined> {
    const text = await readFile(this.indexPath(address), 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      return readingError(error);
    });
    return text === undefined ? undefined : { ...address, ...JSON.parse(text) };
  }

  /**
   * The tile's file as delivered, its checksum verified.
   * @throws StratomeError notFound for an unknown tile; corrupt when the bytes on disk have changed or gone.
   */
  async get(address: TileAddress): Promise<Uint8Array> {
    const archived = await this.find(address);
    if (!archived) throw notFound(`${nameTile(address)} is not in the archive.`, 'Ingest it first.');
    const bytes = await readFile(this.bytesPath(archived.sha256)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      return readingError(error);
    });
    if (!bytes || hashBytes(bytes) !== archived.sha256) {
      throw new StratomeError(
        'corrupt',
        `${nameTile(address)} is ${bytes ? 'damaged' : 'missing'} in the archive (SHA-256 ${archived.sha256}).`,
        'Restore the file from a backup.',
      );
    }
    return bytes;
  }

  /** Every tile of a dataset, by section and name. */
  async *list(dataset: string): AsyncGenerator<ArchivedTile> {
    const folder = join(this.folder, 'index', fileName(dataset));
    const sections = await readdir(folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [] as string[];
      return readingError(error);
    });
    for (const section of sections.sort()) {
      const entries = (await readdir(join(folder, section))).filter((name) => name.endsWith('.json'));
      for (const entry of entries.sort()) {
        const address = {
          dataset,
          section: decodeURIComponent(section),
          tile: decodeURIComponent(entry.slice(0, -'.json'.length)),
        };
        const archived = await this.find(address);
        if (archived) yield archived;
      }
    }
  }
}

function refuseOther(held: ArchivedTile | undefined, offered: ArchivedTile): void {
  if (!held || held.sha256 === offered.sha256) return;
  throw conflict(
    `${nameTile(offered)} is archived already with other bytes (SHA-256 ${held.sha256}, now ${offered.sha256}).`,
    'The archive is write-once: ingest the changed tile under another tile, section or dataset name.',
  );
}
