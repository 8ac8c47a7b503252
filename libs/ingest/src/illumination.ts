import { median } from '@stratome/kernels';
import type { TileImage } from './decode.js';
import type { TileManifest } from './manifest.js';
import type { IngestParameters } from './parameters.js';

/** Median grey of a tile's cells against the tile's own median, natural logarithm; what a field is fitted to. */
export interface TileIllumination {
  readonly section: number;
  readonly row: number;
  readonly col: number;
  /** C order, `flatteningGrid` cells a side; null for a cell with too little data. */
  readonly logGrey: readonly (number | null)[];
}

/** A smooth multiplicative field over a tile: exp of a polynomial in tile coordinates from −1 to 1. */
export interface IlluminationField {
  /** The grid position it belongs to; absent when it is shared by all tiles. */
  readonly position?: { readonly row: number; readonly col: number };
  readonly order: number;
  /** Of v^i·u^j, i + j from 1 to `order`, by ascending degree and then i; v runs along y, u along x. */
  readonly coefficients: readonly number[];
}

/** Median grey of each cell of one tile, relative to the tile. */
export function measureIllumination(
  tile: TileImage & { readonly section: number; readonly row: number; readonly col: number },
  mask: Uint8Array,
  { flatteningGrid }: IngestParameters,
): TileIllumination {
  const { data, shape, section, row, col } = tile;
  const greys: (number | null)[] = [];
  for (let cy = 0; cy < flatteningGrid; cy++) {
    for (let cx = 0; cx < flatteningGrid; cx++) {
      const [y0, y1] = [cy, cy + 1].map((k) => Math.floor((k * shape[0]) / flatteningGrid));
      const [x0, x1] = [cx, cx + 1].map((k) => Math.floor((k * shape[1]) / flatteningGrid));
      const values: number[] = [];
      for (let y = y0; y < y1; y++)
        for (let x = x0; x < x1; x++) if (mask[y * shape[1] + x]) values.push(data[y * shape[1] + x]);
      const enough = values.length > 0 && values.length >= ((y1 - y0) * (x1 - x0)) / 2;
      greys.push(enough ? Math.log(Math.max(1, median(values))) : null);
    }
  }
  const centre = median(greys.filter((g) => g !== null));
  return { section, row, col, logGrey: greys.map((g) => (g === null ? null : g - centre)) };
}

/** How the illumination of a dataset is to be flattened; `auto` is resolved by the manifest alone. */
export function flatteningOf(
  manifest: TileManifest,
  parameters: IngestParameters,
): 'off' | 'shared' | 'perPosition' {
  if (parameters.flattening !== 'auto') return parameters.flattening;
  const sectionsAt = new Map<string, number>();
  for (const { tiles } of manifest.sections)
    for (const { row, col } of tiles)
      sectionsAt.set(`${row}/${col}`, (sectionsAt.get(`${row}/${col}`) ?? 0) + 1);
  const oftenEnough = [...sectionsAt.values()].filter((n) => n >= parameters.flatteningSections).length;
  // One image a section is a cut-out of tissue that lasts from section to section, as a field would.
  return oftenEnough >= 2 ? 'shared' : 'off';
}

/**
 * Fits the illumination of the microscope: per cell the median over all tiles, then a low-order polynomial.
 * What one region has for itself, such as a staining gradient, is neither in the median over many tiles and
 * sections nor of low order over the tile.
 *
 * @param tiles of all sections, in any order
 * @param mode one field from all tiles, or one a grid position
 * @returns no field for a position with fewer than `flatteningSections` sections
 */
export function estimateIllumination(
  tiles: readonly TileIllumination[],
  mode: 'shared' | 'perPosition',
  parameters: IngestParameters,
): IlluminationField[] {
  const groups = new Map<string, TileIllumination[]>();
  for (const tile of tiles) {
    const key = mode === 'shared' ? '' : `${tile.row}/${tile.col}`;
    groups.set(key, [...(groups.get(key) ?? []), tile]);
  }
  return [...groups.keys()].sort().flatMap((key) => {
    const group = groups.get(key)!;
    if (new Set(group.map((t) => t.section)).size < parameters.flatteningSections) return [];
    const { row, col } = group[0];
    const position = mode === 'shared' ? {} : { position: { row, col } };
    const coefficients = fitPolynomial(
      medianGrid(group),
      parameters.flatteningGrid,
      parameters.flatteningOrder,
    );
    return [{ ...position, order: parameters.flatteningOrder, coefficients }];
  });
}

function medianGrid(group: readonly TileIllumination[]): (number | null)[] {
  return group[0].logGrey.map((_, cell) => {
    const values = group.flatMap((t) => (t.logGrey[cell] === null ? [] : [t.logGrey[cell]]));
    return values.length >= group.length / 2 ? median(values) : null;
  });
}

/** Powers [i, j] of v^i·u^j, the constant left out. */
function powersOf(order: number): [number, number][] {
  const powers: [number, number][] = [];
  for (let degree = 1; degree <= order; degree++)
    for (let i = 0; i <= degree; i++) powers.push([i, degree - i]);
  return powers;
}

const cellCentre = (k: number, cells: number): number => (2 * k + 1) / cells - 1;

/** Least-squares polynomial through the cells' values; the constant is fitted too and dropped. */
function fitPolynomial(grid: readonly (number | null)[], cells: number, order: number): number[] {
  const powers: [number, number][] = [[0, 0], ...powersOf(order)];
  const n = powers.length;
  const normal = Array.from({ length: n }, () => new Float64Array(n + 1));
  grid.forEach((value, cell) => {
    if (value === null) return;
    const v = cellCentre(Math.floor(cell / cells), cells);
    const u = cellCentre(cell % cells, cells);
    const basis = powers.map(([i, j]) => v ** i * u ** j);
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) normal[r][c] += basis[r] * basis[c];
      normal[r][n] += basis[r] * value;
    }
  });
  return solve(normal).slice(1);
}

/** Gauss–Jordan elimination with pivoting of a small augmented system; unknowns without evidence are 0. */
function solve(rows: Float64Array[]): number[] {
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    if (Math.abs(rows[c][c]) < 1e-9) {
      rows[c].fill(0);
      continue;
    }
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => (row[i] === 0 ? 0 : row[n] / row[i]));
}

/** The field that belongs to a tile, if there is one. */
export function fieldOfTile(
  fields: readonly IlluminationField[],
  { row, col }: { readonly row: number; readonly col: number },
): IlluminationField | undefined {
  return fields.find(({ position }) => !position || (position.row === row && position.col === col));
}

/**
 * What each pixel of a tile is multiplied with to undo a field; geometric mean about 1.
 * @param shape of the tile, [height, width], px
 */
export function gainOfField(field: IlluminationField, [h, w]: readonly [number, number]): Float32Array {
  const gain = new Float32Array(h * w);
  const powers = powersOf(field.order);
  let total = 0;
  for (let y = 0, p = 0; y < h; y++) {
    const v = (2 * y + 1) / h - 1;
    for (let x = 0; x < w; x++, p++) {
      const u = (2 * x + 1) / w - 1;
      let log = 0;
      for (let k = 0; k < powers.length; k++)
        log += field.coefficients[k] * v ** powers[k][0] * u ** powers[k][1];
      gain[p] = -log;
      total -= log;
    }
  }
  const mean = total / gain.length;
  return gain.map((log) => Math.exp(log - mean));
}
