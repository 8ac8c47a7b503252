import { badInput } from './errors.js';

/** Neo4j integers are signed, so ids stop below 2^63. */
export const maxId = 2n ** 63n - 1n;

/** Reads a decimal id. @throws badInput when it is not a whole number in [0, 2^63). */
export function parseId(text: string | number | bigint, what = 'id'): bigint {
  if (typeof text === 'number' && !Number.isSafeInteger(text)) {
    throw badInput(`${what} ${text} is not exact as a number.`, 'Write the id as a decimal string.');
  }
  if (!/^\d{1,19}$/.test(String(text))) {
    throw badInput(`"${text}" is not a ${what}.`, 'Write a whole decimal number below 2^63.');
  }
  const id = BigInt(text);
  if (id > maxId) throw badInput(`${what} ${text} is 2^63 or more.`, 'Ids must be below 2^63.');
  return id;
}

/** Bits of a supervoxel id that number it inside its block. */
export const supervoxelLocalBits = 24n;

/**
 * The id of a supervoxel: the block of the dataset's fixed id grid in the high bits, its number in that block
 * (from 1) in the low 24. 0 is background. Ids therefore never depend on what other blocks hold.
 */
export function supervoxelId(blockIndex: number, local: number): bigint {
  return (BigInt(blockIndex) << supervoxelLocalBits) | BigInt(local);
}

export const blockOfSupervoxel = (id: bigint): number => Number(id >> supervoxelLocalBits);
