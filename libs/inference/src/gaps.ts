import type { Vec3 } from '@stratome/core';

/** Sections without data in a row that are made up for a network; across more nothing can be guessed. */
export const longestClosedGap = 2;

/**
 * Closes short gaps along z, so that a network sees no black plane where a section, a tile or a corner is missing:
 * a voxel without data gets the blend of the nearest data below and above in its column, weighted by nearness. Gaps
 * of more than `longestClosedGap` sections stay empty, as do those at either end.
 *
 * @param grey uint8 (z, y, x), 0 = no data; mutated
 * @returns whether anything was empty
 */
export function closeShortGaps(grey: Uint8Array, [depth, height, width]: Vec3): boolean {
  const plane = height * width;
  let empty = false;
  for (let i = 0; i < grey.length; i++) {
    if (grey[i] !== 0) continue;
    empty = true;
    const z = Math.floor(i / plane);
    // Columns are met from below: voxels that were filled just now lie below, those above are as they came.
    let length = 1;
    while (length <= longestClosedGap && z + length < depth && grey[i + length * plane] === 0) length++;
    if (z === 0 || z + length >= depth || length > longestClosedGap) continue;
    const below = grey[i - plane];
    const above = grey[i + length * plane];
    if (below === 0 || above === 0) continue;
    for (let k = 0; k < length; k++) {
      grey[i + k * plane] = Math.round(below + ((k + 1) / (length + 1)) * (above - below));
    }
  }
  return empty;
}
