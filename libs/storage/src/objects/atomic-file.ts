import { randomUUID } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { storageError } from './storage-error.js';

/** The calls a write makes, so that a test can make any of them fail. */
export type FileOperations = Pick<typeof nodeFiles, 'open' | 'rename' | 'link' | 'unlink' | 'mkdir'>;

export const temporaryPrefix = '.tmp-';

export interface AtomicWriteOptions {
  readonly files?: FileOperations;
  /** Wait until the disk has the bytes (default); off only for what can be made again. */
  readonly durable?: boolean;
  /** File permissions, before umask; default 0o444, since what is written is not to be edited. */
  readonly mode?: number;
  /** Refuse to replace an existing file: the returned promise is false and the file untouched. */
  readonly exclusive?: boolean;
}

/** Waits until the disk has the folder's list of names. */
export async function syncFolder(files: FileOperations, folder: string): Promise<void> {
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeFolder(files: FileOperations, folder: string, durable: boolean): Promise<void> {
  const firstMade = await files.mkdir(folder, { recursive: true });
  if (firstMade === undefined || !durable) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(files, dirname(made));
    if (made === firstMade || made === dirname(made)) return;
  }
}

async function writeTemporary(
  files: FileOperations,
  path: string,
  bytes: Uint8Array,
  { durable, mode }: { durable: boolean; mode: number },
): Promise<void> {
  const handle = await files.open(path, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves the temporary file into place; false when `exclusive` and the place is taken. */
async function publish(files: FileOperations, temporary: string, path: string, exclusive: boolean) {
  if (!exclusive) {
    await files.rename(temporary, path);
    return true;
  }
  // link(2), unlike rename(2), fails when the target exists.
  const linked = await files.link(temporary, path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  await files.unlink(temporary);
  return linked;
}

/**
 * Writes a file so that `path` holds either all of `bytes` or what it held before, whatever fails and
 * whenever: a temporary file in the same folder, fsync, rename, fsync of the folder.
 *
 * @returns false when `exclusive` was asked for and the file existed.
 * @throws StratomeError unavailable when the disk is full, read-only or otherwise refuses; the temporary file
 *   is removed, except when the process is killed.
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array,
  { files = nodeFiles, durable = true, mode = 0o444, exclusive = false }: AtomicWriteOptions = {},
): Promise<boolean> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix}${randomUUID()}`);
  try {
    await makeFolder(files, folder, durable);
    await writeTemporary(files, temporary, bytes, { durable, mode });
    const written = await publish(files, temporary, path, exclusive);
    if (written && durable) await syncFolder(files, folder);
    return written;
  } catch (error) {
    await files.unlink(temporary).catch(() => {});
    throw storageError(error, `Writing ${path}`);
  }
}
