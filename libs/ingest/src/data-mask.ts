import type { TileImage } from './decode.js';

/**
 * Which pixels of a raw tile hold data. A connected area (4 neighbours) of value 0 that is at least
 * `noDataAreaPx` large is no data; smaller ones are dark tissue.
 *
 * @returns 1 for data, 0 for no data, C order like the tile
 */
export function dataMask({ data, shape }: TileImage, noDataAreaPx: number): Uint8Array {
  const [h, w] = shape;
  const mask = new Uint8Array(h * w).fill(1);
  const seen = new Uint8Array(h * w);
  const area: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start] !== 0 || seen[start]) continue;
    area.length = 0;
    area.push(start);
    seen[start] = 1;
    const visit = (i: number) => {
      if (data[i] !== 0 || seen[i]) return;
      seen[i] = 1;
      area.push(i);
    };
    for (let k = 0; k < area.length; k++) {
      const i = area[k];
      const x = i % w;
      if (x > 0) visit(i - 1);
      if (x < w - 1) visit(i + 1);
      if (i >= w) visit(i - w);
      if (i < data.length - w) visit(i + w);
    }
    if (area.length >= noDataAreaPx) for (const i of area) mask[i] = 0;
  }
  return mask;
}
