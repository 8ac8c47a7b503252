import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { StratomeError } from '@stratome/core';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** Level 1: EM images shrink little more at higher levels, and writing is three times as fast. */
export const gzipLevel = 1;

const largestHint = 1 << 28;

/** Compresses bytes on the thread pool. */
export function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return gzipAsync(bytes, { level: gzipLevel, chunkSize: outputHint(bytes.byteLength / 2) });
}

/** One output buffer of the right size spares zlib growing and joining many small ones. */
function outputHint(bytes: number): number {
  return Math.max(constants.Z_MIN_CHUNK, Math.min(Math.ceil(bytes) + 1024, largestHint));
}

/** The uncompressed length that the last four bytes of a gzip file state, modulo 2^32. */
function statedLength(bytes: Uint8Array): number {
  if (bytes.byteLength < 18) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.byteLength - 4, true);
}

/**
 * Decompresses bytes on the thread pool.
 *
 * @param what Names the thing in the error.
 * @throws StratomeError corrupt when the bytes are not a whole gzip stream or fail its CRC-32.
 */
export async function decompress(bytes: Uint8Array, what: string): Promise<Uint8Array> {
  try {
    return await gunzipAsync(bytes, { chunkSize: outputHint(statedLength(bytes)) });
  } catch (cause) {
    throw new StratomeError(
      'corrupt',
      `${what} is damaged: ${(cause as Error).message}.`,
      'Make it again from its inputs, or restore it from a backup.',
      { cause },
    );
  }
}
