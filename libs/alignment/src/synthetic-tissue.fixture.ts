import { seededRandom } from '@stratome/core';
import { gaussianBlur, sampleCubic, type Image } from '@stratome/kernels';
import type { MontageTile } from './montage-match.js';
import type { Point } from './transform.js';

/** Blurred seeded noise about mid grey: texture everywhere, no two places alike. */
export function texture(seed: string, shape: readonly [number, number], sigmaPx = 2): Float32Array {
  const random = seededRandom(seed);
  const noise = Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal());
  const { data } = gaussianBlur({ data: noise, shape }, sigmaPx);
  let square = 0;
  for (const v of data) square += v * v;
  const scale = 40 / Math.sqrt(square / data.length);
  return data.map((v) => 128 + scale * v);
}

/**
 * Tissue of `depth` sections that changes from section to section: neighbours correlate by `similarity`.
 * Sections are larger than the frame by `marginPx` on every side.
 */
export function tissue(
  depth: number,
  frame: readonly [number, number],
  marginPx: number,
  similarity: number,
) {
  const shape = [frame[0] + 2 * marginPx, frame[1] + 2 * marginPx] as const;
  const sections: Float32Array[] = [];
  for (let z = 0; z < depth; z++) {
    const fresh = texture(`section ${z}`, shape);
    const below = sections[z - 1];
    const own = Math.sqrt(1 - similarity ** 2);
    sections.push(below ? fresh.map((v, i) => 128 + similarity * (below[i] - 128) + own * (v - 128)) : fresh);
  }
  return sections.map(
    (data): Image<Uint8Array> => ({
      data: Uint8Array.from(data, (v) => Math.max(1, Math.min(255, v))),
      shape,
    }),
  );
}

/** An image whose pixel p shows the tissue at `where(p)`, with noise of its own. */
export function view(
  section: Image<Uint8Array>,
  shape: readonly [number, number],
  where: (y: number, x: number) => Point,
  noise: number,
  seed: string,
): Image<Uint8Array> {
  const random = seededRandom(seed);
  const data = new Uint8Array(shape[0] * shape[1]);
  for (let y = 0, i = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, i++) {
      const [ty, tx] = where(y, x);
      data[i] = Math.max(1, Math.min(255, sampleCubic(section, ty, tx) + noise * random.normal()));
    }
  }
  return { data, shape };
}

/** A section cut into 2×2 tiles whose stage positions are wrong by up to `errorPx`. */
export function cutTiles(
  section: Image<Uint8Array>,
  marginPx: number,
  tilePx: number,
  overlapPx: number,
  errorPx: number,
  seed: string,
): { tiles: MontageTile[]; truePx: Point[] } {
  const random = seededRandom(seed);
  const error = () => random.uniform(-errorPx, errorPx);
  const truePx: Point[] = [];
  const tiles = [0, 1, 2, 3].map((k): MontageTile => {
    const stagePx = [(k >> 1) * (tilePx - overlapPx), (k & 1) * (tilePx - overlapPx)] as const;
    const at = [stagePx[0] + error(), stagePx[1] + error()] as const;
    truePx.push(at);
    const where = (y: number, x: number) => [marginPx + at[0] + y, marginPx + at[1] + x] as const;
    return { id: `t${k}`, stagePx, image: view(section, [tilePx, tilePx], where, 6, `${seed}/${k}`) };
  });
  return { tiles, truePx };
}
