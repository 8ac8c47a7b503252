import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { placeTiles } from './montage-image.js';
import type { SectionMontage } from './montage-solve.js';
import { alignmentParameters } from './parameters.js';
import { matchSections, planSectionPairs, prepareSection, type SectionMatches } from './section-match.js';
import { solveSections } from './section-solve.js';
import { texture, tissue, view } from './synthetic-tissue.fixture.js';
import {
  alignedOfMontage,
  identityTransform,
  meshDisplacement,
  transformJson,
  type Point,
} from './transform.js';
import { renderBox } from './volume-render.js';

const { match, solve, render } = alignmentParameters.parse({});
const frame = [224, 240] as const;
const marginPx = 40;

/** True map of section z: montage point to tissue point (frame coordinates), px. */
type TrueMap = (y: number, x: number) => Point;

function distortion(seed: string, shiftPx: number, degrees: number, warpPx: number): TrueMap {
  const random = seededRandom(seed);
  const [sy, sx] = [random.uniform(-shiftPx, shiftPx), random.uniform(-shiftPx, shiftPx)];
  const angle = (random.uniform(-degrees, degrees) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const mesh = { ...identityTransform(0, frame, 64).mesh };
  mesh.dy = mesh.dy.map(() => random.uniform(-warpPx, warpPx));
  mesh.dx = mesh.dx.map(() => random.uniform(-warpPx, warpPx));
  const c = [frame[0] / 2, frame[1] / 2];
  return (y, x) => {
    const [wy, wx] = meshDisplacement(mesh, y, x);
    const [v, u] = [y - c[0], x - c[1]];
    return [cos * v - sin * u + c[0] + sy + wy, sin * v + cos * u + c[1] + sx + wx];
  };
}

function stack(depth: number, similarity: number, mapOf: (z: number) => TrueMap, noise = 8) {
  return tissue(depth, frame, marginPx, similarity).map((section, z) => {
    const map = mapOf(z);
    const where = (y: number, x: number) => map(y, x).map((v) => v + marginPx) as unknown as Point;
    return { section: z, map, image: view(section, frame, where, noise, `noise ${z}`) };
  });
}

function matchAll(sections: ReturnType<typeof stack>): SectionMatches[] {
  const prepared = new Map(sections.map((s) => [s.section, prepareSection(s.section, s.image, match)]));
  return planSectionPairs([...prepared.keys()], match).map(([a, b]) =>
    matchSections(prepared.get(a)!, prepared.get(b)!, match),
  );
}

/** Distances between aligned points of neighbouring sections that are the same tissue point, px. */
function misfits(
  sections: ReturnType<typeof stack>,
  transforms: ReturnType<typeof solveSections>['transforms'],
): number[] {
  const errors = sections.map(({ map }, i) => {
    const points = new Map<string, Point>();
    for (let y = 32; y <= frame[0] - 32; y += 20)
      for (let x = 32; x <= frame[1] - 32; x += 20) {
        const [ay, ax] = alignedOfMontage(transforms[i], y, x);
        const [ty, tx] = map(y, x);
        points.set(`${y} ${x}`, [ay - ty, ax - tx]);
      }
    return points;
  });
  return errors
    .slice(1)
    .flatMap((points, i) =>
      [...points].map(([at, e]) => Math.hypot(e[0] - errors[i].get(at)![0], e[1] - errors[i].get(at)![1])),
    );
}

const medianOf = (values: number[]): number =>
  values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

describe('planSectionPairs', () => {
  it('bridges gaps', () => {
    expect(planSectionPairs([0, 1, 3, 4], match)).toEqual([
      [0, 1],
      [0, 3],
      [1, 3],
      [1, 4],
      [3, 4],
    ]);
  });
});

describe('matchSections', () => {
  it.each([
    [0, 20],
    [2.5, 12],
    [-5, 6],
  ])('finds a section turned by %f° and shifted by %f px', (degrees, shiftPx) => {
    const angle = (degrees * Math.PI) / 180;
    const map: TrueMap = (y, x) => [
      Math.cos(angle) * (y - 112) - Math.sin(angle) * (x - 120) + 112 + shiftPx,
      Math.sin(angle) * (y - 112) + Math.cos(angle) * (x - 120) + 120 - shiftPx,
    ];
    const [a, b] = stack(2, 0.8, (z) => (z === 0 ? (y, x) => [y, x] : map));
    const [{ matches, blocks }] = matchAll([a, b]);
    expect(matches.length).toBeGreaterThan(blocks / 2);
    const errors = matches.map(({ aPx, bPx }) => {
      const [y, x] = map(...bPx);
      return Math.hypot(y - aPx[0], x - aPx[1]);
    });
    expect(medianOf(errors)).toBeLessThan(0.3);
  });

  it('gives few matches where nothing is alike', () => {
    const images = ['p', 'q'].map((seed) => ({
      data: Uint8Array.from(texture(seed, frame), (v) => Math.max(1, v)),
      shape: frame,
    }));
    const [a, b] = images.map((image, z) => prepareSection(z, image, match));
    const { matches, blocks } = matchSections(a, b, match);
    expect(matches.length).toBeLessThan(blocks / 4);
  });

  it('leaves out a part that was torn away', () => {
    const sections = stack(2, 0.9, () => (y, x) => [y, x]);
    const { data } = sections[1].image;
    for (let y = 0; y < 110; y++) data.copyWithin(y * 240 + 130, y * 240 + 113, y * 240 + 223);
    const [{ matches }] = matchAll(sections);
    for (const { bPx } of matches.filter(({ aPx }) => aPx[0] > 150 || aPx[1] < 80)) expect(bPx).toBeDefined();
    const calm = matches.filter(({ aPx }) => aPx[0] > 150);
    expect(calm.length).toBeGreaterThan(8);
    for (const { aPx, bPx } of calm) expect(Math.hypot(aPx[0] - bPx[0], aPx[1] - bPx[1])).toBeLessThan(0.6);
  });
});

describe('solveSections', () => {
  const sections = stack(12, 0.85, (z) => distortion(`warp ${z}`, 3, 0.5, 2));
  const matches = matchAll(sections);
  const numbers = sections.map((s) => s.section);
  const solution = solveSections(numbers, matches, frame, solve);

  it('undoes shift, rotation and warp to a fraction of a pixel', () => {
    const before = misfits(
      sections,
      numbers.map((n) => identityTransform(n, frame, 64)),
    );
    const after = misfits(sections, solution.transforms);
    expect(medianOf(before)).toBeGreaterThan(2);
    expect(medianOf(after)).toBeLessThan(0.3);
  });

  it('is not led astray by a fifth of false matches', () => {
    const random = seededRandom('false matches');
    const spoilt = matches.map((pair) => ({
      ...pair,
      matches: pair.matches.map((m) =>
        random.next() < 0.2
          ? { ...m, bPx: [m.bPx[0] + random.uniform(-9, 9), m.bPx[1] + random.uniform(-9, 9)] as const }
          : m,
      ),
    }));
    expect(medianOf(misfits(sections, solveSections(numbers, spoilt, frame, solve).transforms))).toBeLessThan(
      0.5,
    );
  });

  it('bridges a missing section', () => {
    const rest = sections.filter((s) => s.section !== 5);
    const without = solveSections(
      rest.map((s) => s.section),
      matchAll(rest),
      frame,
      solve,
    );
    expect(without.transforms.map((t) => t.section)).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
    expect(medianOf(misfits(rest, without.transforms))).toBeLessThan(0.35);
  });

  it('gives the same bytes again, and keeps a transform that hardly moved', () => {
    const again = solveSections(numbers, matches.toReversed(), frame, solve);
    expect(again.transforms.map(transformJson)).toEqual(solution.transforms.map(transformJson));
    const [first, ...rest] = matches;
    const fewer = [{ ...first, matches: first.matches.slice(1) }, ...rest];
    const kept = solveSections(numbers, fewer, frame, solve, solution.transforms);
    const changed = kept.transforms.filter(
      (t, i) => transformJson(t) !== transformJson(solution.transforms[i]),
    );
    expect(changed.length).toBeLessThan(6);
    expect(changed.every((t) => t.section < 6)).toBe(true);
  });

  it('leaves an aligned stack where it is', () => {
    const still = stack(12, 0.9, () => (y, x) => [y, x]);
    const { transforms } = solveSections(numbers, matchAll(still), frame, solve);
    for (const transform of transforms)
      for (const [y, x] of [
        [0, 0],
        [112, 120],
        [223, 239],
        [0, 239],
      ]) {
        const [ay, ax] = alignedOfMontage(transform, y, x);
        expect(Math.hypot(ay - y, ax - x)).toBeLessThan(0.3);
      }
  });

  it('renders the same voxels however the volume is cut', () => {
    const sources = sections.slice(0, 3).map(({ section, image }) => {
      const montage: SectionMontage = {
        section,
        tiles: [{ id: `${section}/0/0`, shape: frame, affine: [1, 0, 0, 0, 1, 0] }],
        residualPx: [],
      };
      const tiles = placeTiles(montage, new Map([[`${section}/0/0`, image]]));
      return { z: section, transform: solution.transforms[section], tiles };
    });
    const whole = renderBox(sources, frame, { begin: [0, 0, 0], end: [4, 224, 240] }, render);
    const part = renderBox(sources, frame, { begin: [1, 37, 101], end: [3, 90, 203] }, render);
    let differ = 0;
    for (let z = 0; z < 2; z++)
      for (let y = 0; y < 53; y++)
        for (let x = 0; x < 102; x++)
          if (part.data[(z * 53 + y) * 102 + x] !== whole.data[((z + 1) * 224 + y + 37) * 240 + x + 101])
            differ++;
    expect(differ).toBe(0);
    expect([...part.used].sort()).toEqual(['1/0/0', '2/0/0']);
    expect(whole.data.subarray(3 * 224 * 240).every((v) => v === 0)).toBe(true);
  });
});
