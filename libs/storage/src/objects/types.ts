/** How an object's bytes lie on disk. */
export type Encoding = 'gzip' | 'raw';

export interface StoredObject {
  /** SHA-256 of the decoded bytes, lower-case hex: the object's name. */
  readonly hash: string;
  readonly encoding: Encoding;
  /** Bytes on disk, after encoding. */
  readonly storedBytes: number;
}

export interface PutResult extends StoredObject {
  /** Bytes before encoding. */
  readonly bytes: number;
  /** True when the store held the object before. */
  readonly existed: boolean;
}

export interface PutOptions {
  /** What the caller believes the SHA-256 of the bytes to be; the store checks it. */
  readonly contentHash?: string;
  /** Default gzip, which every zarr chunk must be. */
  readonly encoding?: Encoding;
}

/**
 * Immutable objects named by the SHA-256 of their decoded bytes. An implementation over http or s3 needs just
 * these. `get` and `getStored` throw StratomeError notFound for an absent object and corrupt for one whose
 * bytes are not what its name says; a disk that cannot be used is unavailable.
 */
export interface ObjectStore {
  /** Stores the bytes and returns their name; a second put of the same bytes changes nothing. */
  put(bytes: Uint8Array, options?: PutOptions): Promise<PutResult>;
  /** The decoded bytes; `verify` hashes them before they are returned. */
  get(hash: string, options?: { readonly verify?: boolean }): Promise<Uint8Array>;
  /** The bytes exactly as stored, with their encoding. */
  getStored(hash: string): Promise<{ readonly encoding: Encoding; readonly bytes: Uint8Array }>;
  stat(hash: string): Promise<StoredObject | undefined>;
  has(hash: string): Promise<boolean>;
  /** Removes the object; returns false when there was none. */
  delete(hash: string): Promise<boolean>;
}
