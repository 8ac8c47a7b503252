import { hashBytes } from '@stratome/core';
import type { ObjectStore, PutResult } from '@stratome/storage';

/** Reads from a store and writes nothing: a put says only what the object's name would be. */
export class DiscardingStore implements ObjectStore {
  constructor(private readonly source: ObjectStore) {}

  async put(bytes: Uint8Array): Promise<PutResult> {
    const hash = hashBytes(bytes);
    return { hash, encoding: 'raw', bytes: bytes.byteLength, storedBytes: 0, existed: false };
  }

  get(hash: string, options?: { readonly verify?: boolean }): Promise<Uint8Array> {
    return this.source.get(hash, options);
  }

  getStored(hash: string): ReturnType<ObjectStore['getStored']> {
    return this.source.getStored(hash);
  }

  stat(hash: string): ReturnType<ObjectStore['stat']> {
    return this.source.stat(hash);
  }

  has(hash: string): Promise<boolean> {
    return this.source.has(hash);
  }

  async delete(): Promise<boolean> {
    return false;
  }
}
