import { seededRandom, type Vec3 } from '@stratome/core';
import { withNoise } from './imaging.js';
import type { PhantomParameters } from './parameters.js';

type Pair = readonly [number, number];

/** Elastic displacement of a section: values (y, x), pixels, on a grid, interpolated by a cubic B-spline. */
export interface ElasticGrid {
  /** Distance of grid points, pixels; grid point (0, 0) is at −spacing, −spacing of the tissue. */
  spacingPx: number;
  /** Grid points along y, x. */
  shape: Pair;
  /** Displacement along y and along x, grid points in C order (y, x), pixels. */
  dy: number[];
  dx: number[];
}

/**
 * How a section came to lie under the microscope. A point q of the imaged section shows the tissue at
 * matrix · (q − centre) + centre + shift + elastic(q); all (y, x), pixels of the tissue.
 */
export interface SectionTransform {
  section: number;
  matrix: readonly [number, number, number, number];
  centrePx: Pair;
  shiftPx: Pair;
  elastic: ElasticGrid;
}

export interface TileTransform {
  section: number;
  row: number;
  column: number;
  /** Where the stage says the tile's first pixel is (y, x), pixels; the first tile's is 0, 0. */
  stagePx: Pair;
  /** Where it truly is on the section (y, x), pixels of the tissue. */
  originPx: Pair;
  /** Height and width, pixels. */
  shape: Pair;
  /** Relative brightness slope along y and x over the tile, and its relative gain. */
  illumination: readonly [number, number, number];
  transform: SectionTransform;
}

function spline(t: number): [number, number, number, number] {
  const u = 1 - t;
  return [
    (u * u * u) / 6,
    (4 - 6 * t * t + 3 * t * t * t) / 6,
    (4 - 6 * u * u + 3 * u * u * u) / 6,
    (t * t * t) / 6,
  ];
}

/** Displacement (y, x) of an elastic grid at a point, pixels. */
export function elasticAt(grid: ElasticGrid, y: number, x: number): [number, number] {
  const gy = Math.max(1, Math.min(grid.shape[0] - 2.001, y / grid.spacingPx + 1));
  const gx = Math.max(1, Math.min(grid.shape[1] - 2.001, x / grid.spacingPx + 1));
  const iy = Math.floor(gy);
  const ix = Math.floor(gx);
  const wy = spline(gy - iy);
  const wx = spline(gx - ix);
  let dy = 0;
  let dx = 0;
  for (let a = 0; a < 4; a++) {
    for (let b = 0; b < 4; b++) {
      const i = (iy + a - 1) * grid.shape[1] + ix + b - 1;
      const w = wy[a] * wx[b];
      dy += w * grid.dy[i];
      dx += w * grid.dx[i];
    }
  }
  return [dy, dx];
}

/** The point of the tissue (y, x; pixels of its section, voxel centres at whole numbers) seen at a tile's pixel. */
export function tissueOfTilePixel(tile: TileTransform, yPx: number, xPx: number): [number, number] {
  const { matrix: m, centrePx: c, shiftPx: s, elastic } = tile.transform;
  const y = tile.originPx[0] + yPx;
  const x = tile.originPx[1] + xPx;
  const [dy, dx] = elasticAt(elastic, y, x);
  return [
    m[0] * (y - c[0]) + m[1] * (x - c[1]) + c[0] + s[0] + dy,
    m[2] * (y - c[0]) + m[3] * (x - c[1]) + c[1] + s[1] + dx,
  ];
}

/** The inverse of `tissueOfTilePixel`, by fixed-point steps until they are below 1e-6 px. */
export function tilePixelOfTissue(tile: TileTransform, yPx: number, xPx: number): [number, number] {
  let y = yPx - tile.originPx[0];
  let x = xPx - tile.originPx[1];
  for (let i = 0; i < 200; i++) {
    const [ty, tx] = tissueOfTilePixel(tile, y, x);
    y += yPx - ty;
    x += xPx - tx;
    if (Math.abs(yPx - ty) + Math.abs(xPx - tx) < 1e-6) break;
  }
  return [y, x];
}

function sectionTransform(parameters: PhantomParameters, section: number): SectionTransform {
  const p = parameters;
  const random = seededRandom(`phantom/${p.seed}/section/${section}`);
  const angle = (random.uniform(-1, 1) * p.sectionRotationDegrees * Math.PI) / 180;
  const scale = [1 + random.uniform(-1, 1) * p.sectionScale, 1 + random.uniform(-1, 1) * p.sectionScale];
  const grid: Pair = [
    Math.ceil(p.shape[1] / p.sectionWarpSpacingPx) + 4,
    Math.ceil(p.shape[2] / p.sectionWarpSpacingPx) + 4,
  ];
  const values = () =>
    Array.from({ length: grid[0] * grid[1] }, () => random.uniform(-1, 1) * p.sectionWarpPx);
  return {
    section,
    matrix: [
      scale[0] * Math.cos(angle),
      -scale[0] * Math.sin(angle),
      scale[1] * Math.sin(angle),
      scale[1] * Math.cos(angle),
    ],
    centrePx: [p.shape[1] / 2, p.shape[2] / 2],
    shiftPx: [random.uniform(-1, 1) * p.sectionShiftPx, random.uniform(-1, 1) * p.sectionShiftPx],
    elastic: { spacingPx: p.sectionWarpSpacingPx, shape: grid, dy: values(), dx: values() },
  };
}

/** Where every tile of the phantom lies; sections named missing are left out. */
export function cutSections(parameters: PhantomParameters): TileTransform[] {
  const p = parameters;
  const tiles: TileTransform[] = [];
  for (let section = 0; section < p.shape[0]; section++) {
    if (p.missingSections.includes(section)) continue;
    const transform = sectionTransform(p, section);
    for (let row = 0; row < p.tileRows; row++) {
      for (let column = 0; column < p.tileColumns; column++) {
        const random = seededRandom(`phantom/${p.seed}/tile/${section}/${row}/${column}`);
        const stagePx: Pair = [
          row * (p.tileShape[0] - p.tileOverlapPx[0]),
          column * (p.tileShape[1] - p.tileOverlapPx[1]),
        ];
        const error = () => random.uniform(-1, 1) * p.stageErrorPx;
        const slope = () => random.uniform(-1, 1) * p.illumination;
        tiles.push({
          section,
          row,
          column,
          stagePx,
          originPx: [p.marginPx + stagePx[0] + error(), p.marginPx + stagePx[1] + error()],
          shape: p.tileShape,
          illumination: [slope(), slope(), 1 + 0.4 * slope()],
          transform,
        });
      }
    }
  }
  return tiles;
}

/** Weights of the Catmull–Rom cubic: it passes through the samples and blurs little. */
function catmullRom(t: number): [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}

/** Grey of a section (uint8, y x) between voxel centres, by a Catmull–Rom cubic; edges are repeated. */
export function sampleSection(
  section: Uint8Array,
  height: number,
  width: number,
  y: number,
  x: number,
): number {
  const iy = Math.floor(y);
  const ix = Math.floor(x);
  const wy = catmullRom(y - iy);
  const wx = catmullRom(x - ix);
  let sum = 0;
  for (let a = 0; a < 4; a++) {
    const row = Math.max(0, Math.min(height - 1, iy + a - 1)) * width;
    for (let b = 0; b < 4; b++) {
      sum += wy[a] * wx[b] * section[row + Math.max(0, Math.min(width - 1, ix + b - 1))];
    }
  }
  return sum;
}

/**
 * Images one tile of the tissue `clean` (uint8, z y x of `shape`): the tissue at `tissueOfTilePixel`, unevenly
 * lit, with noise of its own. Returns uint8, y x of `tile.shape`.
 */
export function renderTile(
  clean: Uint8Array,
  shape: Vec3,
  tile: TileTransform,
  noiseSd: number,
  seed: number,
): Uint8Array {
  const [, height, width] = shape;
  const [h, w] = tile.shape;
  const section = clean.subarray(tile.section * height * width, (tile.section + 1) * height * width);
  const grey = new Float32Array(h * w);
  const [slopeY, slopeX, gain] = tile.illumination;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [ty, tx] = tissueOfTilePixel(tile, y, x);
      const light = gain * (1 + slopeY * (y / h - 0.5) + slopeX * (x / w - 0.5));
      grey[y * w + x] = light * sampleSection(section, height, width, ty, tx);
    }
  }
  if (noiseSd === 0) return Uint8Array.from(grey, (v) => Math.max(0, Math.min(255, Math.round(v))));
  return withNoise(
    grey,
    h,
    w,
    noiseSd,
    `phantom/${seed}/tile noise/${tile.section}/${tile.row}/${tile.column}`,
  );
}
