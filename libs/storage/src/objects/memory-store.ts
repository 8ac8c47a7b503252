import { hashBytes, notFound } from '@stratome/core';
import type { ObjectStore, PutResult, StoredObject } from './types.js';

/** Objects in memory, uncompressed: for small volumes that are made to be served and then forgotten. */
export class MemoryObjectStore implements ObjectStore {
  private readonly objects = new Map<string, Uint8Array>();

  async put(bytes: Uint8Array): Promise<PutResult> {
    const hash = hashBytes(bytes);
    const existed = this.objects.has(hash);
    this.objects.set(hash, bytes);
    const size = bytes.byteLength;
    return { hash, encoding: 'raw', bytes: size, storedBytes: size, existed };
  }

  async get(hash: string): Promise<Uint8Array> {
    const bytes = this.objects.get(hash);
    if (bytes) return bytes;
    throw notFound(`There is no object ${hash}.`);
  }

  async getStored(hash: string): Promise<{ encoding: 'raw'; bytes: Uint8Array }> {
    return { encoding: 'raw', bytes: await this.get(hash) };
  }

  async stat(hash: string): Promise<StoredObject | undefined> {
    const bytes = this.objects.get(hash);
    return bytes && { hash, encoding: 'raw', storedBytes: bytes.byteLength };
  }

  has = async (hash: string): Promise<boolean> => this.objects.has(hash);
  delete = async (hash: string): Promise<boolean> => this.objects.delete(hash);
}
