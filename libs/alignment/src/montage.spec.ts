import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  MontageSampler,
  montageOfTilePixel,
  placeTiles,
  renderMontage,
  stageFrame,
  tilePixelOfMontage,
} from './montage-image.js';
import { matchTiles, type TileMatch } from './montage-match.js';
import { solveMontage, type SectionMontage } from './montage-solve.js';
import { alignmentParameters } from './parameters.js';
import { cutTiles, tissue } from './synthetic-tissue.fixture.js';
import type { Point } from './transform.js';

const { montage: parameters, render } = alignmentParameters.parse({});
const [section] = tissue(1, [256, 256], 24, 1);
const shared = process.env.STRATOME_SHARED ?? join(import.meta.dirname, '../../../../shared');

const toPlace = (tiles: ReturnType<typeof cutTiles>['tiles']) =>
  tiles.map(({ id, stagePx, image }) => ({ id, stagePx, shape: image.shape }));

/** Largest error of tile positions once their common shift is taken out, px. */
function worstError(solved: SectionMontage, truePx: readonly Point[]): number {
  const errors = solved.tiles.map(({ affine }, t) => [affine[2] - truePx[t][0], affine[5] - truePx[t][1]]);
  const mean = [0, 1].map((k) => errors.reduce((s, e) => s + e[k], 0) / errors.length);
  return Math.max(...errors.map((e) => Math.hypot(e[0] - mean[0], e[1] - mean[1])));
}

describe('montage', () => {
  it.each([
    [144, 20, 6],
    [144, 32, 10],
    [144, 43, 10],
  ])(
    'places tiles of %i px that overlap by %i px and are off by up to %i px',
    (tilePx, overlapPx, errorPx) => {
      for (const seed of ['a', 'b', 'c']) {
        const { tiles, truePx } = cutTiles(section, 24, tilePx, overlapPx, errorPx, seed);
        const matches = matchTiles(tiles, parameters);
        expect(matches.length).toBeGreaterThanOrEqual(3);
        const solved = solveMontage(3, toPlace(tiles), matches, [0, 0], parameters);
        expect(worstError(solved, truePx)).toBeLessThan(0.3);
      }
    },
  );

  it('is not bent by a false match, and leaves tiles without matches at the stage', () => {
    const { tiles, truePx } = cutTiles(section, 24, 144, 32, 6, 'd');
    const matches = matchTiles(tiles, parameters);
    const [first, ...rest] = matches;
    const wrong: TileMatch = { ...first, bPx: [first.bPx[0] + 17, first.bPx[1] - 12] };
    const solved = solveMontage(0, toPlace(tiles), [wrong, ...rest], [0, 0], parameters);
    expect(worstError(solved, truePx)).toBeLessThan(0.5);
    expect(solved.residualPx[0]).toBeGreaterThan(15);
    const alone = solveMontage(0, toPlace(tiles), [], [-5, 0], parameters);
    alone.tiles.forEach(({ affine }, t) => {
      expect(affine[2]).toBeCloseTo(tiles[t].stagePx[0] + 5, 6);
      expect(affine[5]).toBeCloseTo(tiles[t].stagePx[1], 6);
    });
  });

  it('renders without a seam and maps pixels both ways', () => {
    const { tiles, truePx } = cutTiles(section, 24, 144, 32, 6, 'e');
    const solved = solveMontage(0, toPlace(tiles), matchTiles(tiles, parameters), [0, 0], parameters);
    const images = new Map(tiles.map((t) => [t.id, t.image]));
    const placed = placeTiles(solved, images);
    const frame = stageFrame(toPlace(tiles));
    expect(frame).toEqual({ originPx: [0, 0], shape: [256, 256] });
    const image = renderMontage(placed, frame.shape, render);
    const shift = [0, 1].map(
      (k) => solved.tiles.reduce((s, t, i) => s + truePx[i][k] - t.affine[k === 0 ? 2 : 5], 0) / 4,
    );
    let sum = 0;
    let n = 0;
    for (let y = 118; y < 138; y++)
      for (let x = 20; x < 236; x++) {
        const seen =
          section.data[Math.round(24 + y + shift[0]) * section.shape[1] + Math.round(24 + x + shift[1])];
        sum += (image.data[y * 256 + x] - seen) ** 2;
        n++;
      }
    // Noise of 6 grey levels and half a pixel of rounding remain; a seam would show as tens of levels.
    expect(Math.sqrt(sum / n)).toBeLessThan(13);
    const [y, x] = montageOfTilePixel(solved.tiles[3], 12.5, 99.25);
    expect(tilePixelOfMontage(solved.tiles[3], y, x)[0]).toBeCloseTo(12.5, 9);
    const sampler = new MontageSampler(placed, render);
    expect(sampler.at(60, 60)).toBeGreaterThan(0);
    expect(sampler.used).toEqual([true, false, false, false]);
    expect(sampler.at(-30, 60)).toBe(0);
  });
});

const matchFile = join(shared, 'data/montage-matches/test_files/montage_pointmatches.json');

describe.skipIf(!existsSync(matchFile))('published point matches (skipped: shared data is absent)', () => {
  interface Published {
    pId: string;
    qId: string;
    matches: { p: [number[], number[]]; q: [number[], number[]]; w: number[] };
  }
  // The body of a skipped block runs all the same.
  if (!existsSync(matchFile)) return void it.skip('has no published matches', () => {});
  const published = JSON.parse(readFileSync(matchFile, 'utf8')) as Published[];
  const specs = JSON.parse(readFileSync(join(matchFile, '../montage_raw_tilespecs.json'), 'utf8')) as {
    tileId: string;
    width: number;
    height: number;
    layout: { stageX: number; stageY: number };
    transforms: { specList: { dataString: string }[] };
  }[];

  it('are met to a pixel by affine tiles', () => {
    const tiles = specs.map((t) => {
      const [, , , , x, y] = t.transforms.specList.at(-1)!.dataString.trim().split(/\s+/).map(Number);
      return { id: t.tileId, shape: [t.height, t.width] as const, stagePx: [y, x] as const };
    });
    const matches = published.flatMap(({ pId, qId, matches: { p, q } }) =>
      p[0].map(
        (_, i): TileMatch => ({
          a: pId,
          b: qId,
          aPx: [p[1][i], p[0][i]],
          bPx: [q[1][i], q[0][i]],
          correlation: 1,
          peakRatio: 2,
          sigmaPx: 1,
        }),
      ),
    );
    const affine = { ...parameters, affine: true, stageSigmaPx: 100 };
    const solved = solveMontage(0, tiles, matches, [0, 0], affine);
    const sorted = [...solved.residualPx].sort((a, b) => a - b);
    expect(matches.length).toBe(2366);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(2);
  });
});
