import type { Volume } from '@stratome/core';

/** A volume with gaps closed for inference. */
export interface ClosedGaps {
  readonly volume: Volume<Uint8Array<ArrayBuffer>>;
  /** z of the sections that were made up, ascending: to be flagged, and never to be measured. */
  readonly interpolated: readonly number[];
}

/**
 * Fills missing sections by blending the nearest ones that are there, weighted by nearness, so that a network sees
 * no black plane. A gap at either end of the volume stays empty, and so does a pixel that either neighbour lacks.
 *
 * @param volume uint8 (z, y, x), 0 = no data; not mutated
 * @param missing z of the missing sections, in the volume
 * @param longestGap gaps of more sections stay empty: across them nothing can be guessed
 */
export function interpolateMissing(
  volume: Volume<Uint8Array>,
  missing: readonly number[],
  longestGap = 2,
): ClosedGaps {
  const [depth, height, width] = volume.shape;
  const plane = height * width;
  const data = Uint8Array.from(volume.data);
  const gone = new Set(missing);
  const interpolated: number[] = [];
  for (let z = 0; z < depth; z++) {
    if (!gone.has(z)) continue;
    let below = z - 1;
    while (gone.has(below)) below--;
    let above = z + 1;
    while (gone.has(above)) above++;
    if (below < 0 || above >= depth || above - below - 1 > longestGap) continue;
    const weight = (z - below) / (above - below);
    for (let i = 0; i < plane; i++) {
      const p = volume.data[below * plane + i];
      const q = volume.data[above * plane + i];
      if (p > 0 && q > 0) data[z * plane + i] = p + weight * (q - p) + 0.5;
    }
    interpolated.push(z);
  }
  return { volume: { data, shape: volume.shape }, interpolated };
}
