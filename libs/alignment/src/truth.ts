import { quantile } from '@stratome/kernels';
import { fitAffine } from './affine-fit.js';
import { montageOfTilePixel } from './montage-image.js';
import type { SectionMontage, TilePlacement } from './montage-solve.js';
import { alignedOfMontage, type Point, type SectionTransform } from './transform.js';

/** How far aligned points lie from where the tissue truly is. */
export interface TruthResidual {
  readonly medianPx: number;
  readonly p95Px: number;
  readonly maxPx: number;
  readonly points: number;
  /** Median for every section, by ascending section number, px. */
  readonly sectionMedianPx: readonly { readonly section: number; readonly medianPx: number }[];
}

/**
 * Compares an alignment with the truth. Where the tissue as a whole lies cannot be known, so one affine map
 * from aligned to true coordinates, the same for all sections, is fitted first.
 *
 * @param trueTissueOfTilePixel true tissue point of a pixel of a tile, px
 * @param stepPx distance of the tile pixels compared, px
 */
export function residualAgainstTruth(
  transforms: readonly SectionTransform[],
  montages: readonly SectionMontage[],
  trueTissueOfTilePixel: (tile: TilePlacement, y: number, x: number) => Point,
  stepPx = 16,
): TruthResidual {
  const bySection = new Map(transforms.map((t) => [t.section, t]));
  const points = montages.flatMap(({ section, tiles }) => {
    const transform = bySection.get(section);
    if (!transform) return [];
    return tiles.flatMap((tile) => {
      const found = [];
      for (let y = stepPx / 2; y < tile.shape[0]; y += stepPx)
        for (let x = stepPx / 2; x < tile.shape[1]; x += stepPx) {
          const [my, mx] = montageOfTilePixel(tile, y, x);
          found.push({
            section,
            aPx: alignedOfMontage(transform, my, mx) as Point,
            bPx: trueTissueOfTilePixel(tile, y, x),
          });
        }
      return found;
    });
  });
  const m = fitAffine(points);
  const distances = points.map(({ aPx: [y, x], bPx }) =>
    Math.hypot(m[0] * y + m[1] * x + m[2] - bPx[0], m[3] * y + m[4] * x + m[5] - bPx[1]),
  );
  const sections = [...new Set(points.map((p) => p.section))].sort((a, b) => a - b);
  return {
    medianPx: quantile(distances, 0.5),
    p95Px: quantile(distances, 0.95),
    maxPx: quantile(distances, 1),
    points: points.length,
    sectionMedianPx: sections.map((section) => ({
      section,
      medianPx: quantile(
        distances.filter((_, i) => points[i].section === section),
        0.5,
      ),
    })),
  };
}
