import { link, mkdir, readFile, readdir, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StratomeError, badInput, hashBytes, notFound } from '@stratome/core';
import { temporaryPrefix, writeFileAtomic, type FileOperations } from './atomic-file.js';
import { compress, decompress } from './gzip.js';
import { errorCode, storageError } from './storage-error.js';
import type { Encoding, ObjectStore, PutOptions, PutResult, StoredObject } from './types.js';

const suffixes: Record<Encoding, string> = { gzip: '.gz', raw: '' };
const encodings = Object.keys(suffixes) as Encoding[];

const absent = (error: unknown): undefined => {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw storageError(error, 'Reading the object store');
};

export interface FileStoreOptions {
  /** Wait for the disk at every put (default true). */
  readonly durable?: boolean;
  readonly files?: FileOperations;
}

/**
 * The object store in a folder: `<root>/objects/ab/cd/<hash>` for raw bytes, with `.gz` appended for gzip.
 * The suffix is all the bookkeeping there is, so a stored gzip file *is* a zarr chunk and can be linked or
 * sent untouched. Any number of processes may use one folder.
 */
export class FileObjectStore implements ObjectStore {
  private readonly folder: string;

  constructor(
    root: string,
    private readonly options: FileStoreOptions = {},
  ) {
    this.folder = join(root, 'objects');
  }

  /** Where an object lies, whether it exists or not. @throws badInput when `hash` is not a SHA-256. */
  pathOf(hash: string, encoding: Encoding): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw badInput(`"${hash}" is not the name of an object.`);
    return join(this.folder, hash.slice(0, 2), hash.slice(2, 4), hash + suffixes[encoding]);
  }

  async put(bytes: Uint8Array, { contentHash, encoding = 'gzip' }: PutOptions = {}): Promise<PutResult> {
    const hash = hashBytes(bytes);
    if (contentHash !== undefined && contentHash !== hash) {
      throw new StratomeError(
        'corrupt',
        `The bytes to be stored have the hash ${hash}, not ${contentHash} as stated.`,
        'They changed after they were hashed; make them again.',
      );
    }
    const held = await this.stat(hash);
    if (held && (await this.renew(held))) {
      return { ...held, bytes: bytes.byteLength, existed: true };
    }
    const encoded = encoding === 'gzip' ? await compress(bytes) : bytes;
    await writeFileAtomic(this.pathOf(hash, encoding), encoded, this.options);
    return { hash, encoding, bytes: bytes.byteLength, storedBytes: encoded.byteLength, existed: false };
  }

  /**
   * A put of a held object renews its time, so that collection with a grace period spares it; false when it was
   * collected just before.
   */
  private async renew({ hash, encoding }: StoredObject): Promise<boolean> {
    const now = new Date();
    return (await utimes(this.pathOf(hash, encoding), now, now).then(() => true, absent)) ?? false;
  }

  async get(hash: string, { verify = false } = {}): Promise<Uint8Array> {
    const stored = await this.getStored(hash);
    const bytes =
      stored.encoding === 'gzip' ? await decompress(stored.bytes, `The object ${hash}`) : stored.bytes;
    if (verify && hashBytes(bytes) !== hash) {
      throw new StratomeError(
        'corrupt',
        `The object ${hash} holds other bytes than its name says.`,
        'Delete it and run the stage that made it again, or restore it from a backup.',
      );
    }
    return bytes;
  }

  async getStored(hash: string): Promise<{ encoding: Encoding; bytes: Uint8Array }> {
    for (const encoding of encodings) {
      const bytes = await readFile(this.pathOf(hash, encoding)).catch(absent);
      if (bytes) return { encoding, bytes };
    }
    throw notFound(`The object ${hash} is not in the store.`, 'Run the stage that makes it again.');
  }

  async stat(hash: string): Promise<StoredObject | undefined> {
    for (const encoding of encodings) {
      const file = await stat(this.pathOf(hash, encoding)).catch(absent);
      if (file) return { hash, encoding, storedBytes: file.size };
    }
    return undefined;
  }

  async has(hash: string): Promise<boolean> {
    return (await this.stat(hash)) !== undefined;
  }

  async delete(hash: string): Promise<boolean> {
    let found = false;
    for (const encoding of encodings) {
      const removed = await unlink(this.pathOf(hash, encoding)).then(() => true, absent);
      found ||= removed === true;
    }
    return found;
  }

  /**
   * Puts a gzip object at `path` as a hard link, so that it takes no space; copies where a link is impossible
   * (another file system) or the object is stored raw. @throws notFound when there is no such object.
   */
  async exportGzip(hash: string, path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
      throw storageError(error, `Creating ${dirname(path)}`);
    });
    const linked = await link(this.pathOf(hash, 'gzip'), path).then(
      () => true,
      () => false,
    );
    if (linked) return;
    const { encoding, bytes } = await this.getStored(hash);
    const gzip = encoding === 'gzip' ? bytes : await compress(bytes);
    await writeFileAtomic(path, gzip, { durable: false, exclusive: true });
  }

  /** Every object, in the order of names, with the time (ms since 1970) it was last put. */
  async *list(): AsyncGenerator<StoredObject & { readonly modifiedMs: number }> {
    for await (const { path, name } of this.files()) {
      const encoding: Encoding = name.endsWith(suffixes.gzip) ? 'gzip' : 'raw';
      const hash = name.slice(0, 64);
      if (name.startsWith(temporaryPrefix)) continue;
      const file = await stat(path).catch(absent);
      if (file) yield { hash, encoding, storedBytes: file.size, modifiedMs: file.mtimeMs };
    }
  }

  /** Removes what killed processes left behind before `beforeMs` (ms since 1970); returns how many files. */
  async removeTemporary(beforeMs: number): Promise<number> {
    let removed = 0;
    for await (const { path, name } of this.files()) {
      if (!name.startsWith(temporaryPrefix)) continue;
      const file = await stat(path).catch(absent);
      if (!file || file.mtimeMs >= beforeMs) continue;
      await unlink(path).catch(absent);
      removed++;
    }
    return removed;
  }

  private async *files(): AsyncGenerator<{ path: string; name: string }> {
    for (const first of ((await readdir(this.folder).catch(absent)) ?? []).sort()) {
      for (const second of (await readdir(join(this.folder, first))).sort()) {
        const folder = join(this.folder, first, second);
        for (const name of (await readdir(folder)).sort()) yield { path: join(folder, name), name };
      }
    }
  }
}
