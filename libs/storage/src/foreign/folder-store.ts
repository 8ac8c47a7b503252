import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, storageError } from '../objects/storage-error.js';

type Range = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

function absent(error: unknown): undefined {
  const code = errorCode(error);
  // A folder where a file is expected (EISDIR) or the reverse is no object either.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
  throw storageError(error, 'Reading the volume');
}

/** In zarr v2 null means "undefined"; zarrita would fill 64-bit integers with it, which throws. */
function withFillValue(json: Uint8Array): Uint8Array {
  const document = JSON.parse(Buffer.from(json).toString('utf8')) as { fill_value?: unknown };
  return document.fill_value === null ? Buffer.from(JSON.stringify({ ...document, fill_value: 0 })) : json;
}

/**
 * A folder as zarrita reads it. Unlike zarrita's own, it refuses a range that reaches beyond the file: a
 * truncated shard must not read as zeros.
 */
export class FolderStore {
  constructor(readonly folder: string) {}

  async get(key: string): Promise<Uint8Array | undefined> {
    const bytes = await readFile(join(this.folder, key)).catch(absent);
    return bytes && key.endsWith('/.zarray') ? withFillValue(bytes) : bytes;
  }

  async getRange(key: string, range: Range): Promise<Uint8Array | undefined> {
    const file = await open(join(this.folder, key)).catch(absent);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const length = 'suffixLength' in range ? range.suffixLength : range.length;
      const offset = 'suffixLength' in range ? size - length : range.offset;
      if (offset < 0 || offset + length > size) throw new Error(`${key} is truncated at ${size} bytes`);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer;
    } finally {
      await file.close();
    }
  }
}
