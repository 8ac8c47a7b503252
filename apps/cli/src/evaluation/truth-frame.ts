import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  alignedOfMontage,
  borderDistancePx,
  montageOfAligned,
  montageOfTilePixel,
  tilePixelOfMontage,
  type SectionMontage,
  type SectionTransform,
  type TilePlacement,
} from '@stratome/alignment';
import { StratomeError, type Vec3 } from '@stratome/core';
import { tilePixelOfTissue, tissueOfTilePixel, type TileTransform } from '@stratome/phantom';

interface TruthFile {
  readonly voxelNm: Vec3;
  readonly shape: Vec3;
  readonly bodies: readonly { readonly id: number; readonly class: 'neuron' | 'glia' | 'vessel' }[];
  readonly sections: readonly (TileTransform['transform'] & { readonly section: number })[];
  readonly tiles: readonly Omit<TileTransform, 'transform'>[];
}

export interface TrueSynapse {
  readonly type: 'excitatory' | 'inhibitory';
  readonly pre: { readonly body: number };
  readonly post: { readonly body: number };
  /** z, y, x, nm from the corner of tissue voxel 0,0,0. */
  readonly centreNm: Vec3;
}

async function readTruthJson<T>(folder: string, name: string): Promise<T> {
  const path = join(folder, name);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (cause) {
    throw new StratomeError('notFound', `The truth ${path} cannot be read.`, 'Make the phantom again.', {
      cause,
    });
  }
}

/** The truth of a phantom, and where each of its tiles truly lies. */
export class PhantomTruth {
  private constructor(
    readonly folder: string,
    readonly file: TruthFile,
    readonly synapses: readonly TrueSynapse[],
    private readonly transforms: ReadonlyMap<string, TileTransform>,
  ) {}

  static async open(folder: string): Promise<PhantomTruth> {
    const file = await readTruthJson<TruthFile>(folder, 'truth.json');
    const { synapses } = await readTruthJson<{ synapses: TrueSynapse[] }>(folder, 'synapses.json');
    const sections = new Map(file.sections.map((s) => [s.section, s]));
    const transforms = new Map(
      file.tiles.map((tile) => [
        `${tile.section}/${tile.row}/${tile.column}`,
        { ...tile, transform: sections.get(tile.section)! },
      ]),
    );
    return new PhantomTruth(folder, file, synapses, transforms);
  }

  /** @throws StratomeError notFound for a tile the phantom does not have */
  transformOf(tileId: string): TileTransform {
    const transform = this.transforms.get(tileId);
    if (transform) return transform;
    throw new StratomeError(
      'notFound',
      `The truth ${this.folder} has no tile ${tileId}.`,
      'It is of another dataset.',
    );
  }
}

/** Distance of the points at which the way from aligned to true pixels is worked out, px. */
const nodePx = 8;

/** One aligned section: which true tissue pixel each of its pixels shows. Positions are pixel centres. */
export class SectionTruth {
  constructor(
    private readonly truth: PhantomTruth,
    private readonly montage: SectionMontage,
    private readonly transform: SectionTransform,
  ) {}

  /** The tissue pixel [y, x] seen at an aligned pixel; undefined where no tile lies. */
  tissueOfAligned(y: number, x: number): [number, number] | undefined {
    const [my, mx] = montageOfAligned(this.transform, y, x);
    let best: { tile: TilePlacement; at: [number, number] } | undefined;
    let deepest = 0;
    for (const tile of this.montage.tiles) {
      const at = tilePixelOfMontage(tile, my, mx);
      const depth = borderDistancePx(tile.shape, at[0], at[1]);
      if (depth > deepest) [deepest, best] = [depth, { tile, at }];
    }
    return best && tissueOfTilePixel(this.truth.transformOf(best.tile.id), best.at[0], best.at[1]);
  }

  /** The aligned pixel that shows a tissue pixel; undefined where it was not imaged. */
  alignedOfTissue(y: number, x: number): [number, number] | undefined {
    let best: { tile: TilePlacement; at: [number, number] } | undefined;
    let deepest = 0;
    for (const tile of this.montage.tiles) {
      const at = tilePixelOfTissue(this.truth.transformOf(tile.id), y, x);
      const depth = borderDistancePx(tile.shape, at[0], at[1]);
      if (depth > deepest) [deepest, best] = [depth, { tile, at }];
    }
    if (!best) return undefined;
    const [my, mx] = montageOfTilePixel(best.tile, best.at[0], best.at[1]);
    return alignedOfMontage(this.transform, my, mx) as [number, number];
  }

  /**
   * True labels of the section in the aligned frame, nearest neighbour.
   *
   * @param labels tissue labels of the same section, C order y, x
   * @param tissue [height, width] of the tissue
   * @param pixels aligned positions (y, x) of the rows and columns wanted, px
   * @returns C order, 0 where nothing was imaged
   */
  labels(
    labels: Uint32Array,
    [height, width]: readonly [number, number],
    ys: readonly number[],
    xs: readonly number[],
  ): BigUint64Array {
    const rows = ys.length;
    const columns = xs.length;
    const out = new BigUint64Array(rows * columns);
    const words = new Uint32Array(out.buffer);
    const nodes = new Map<number, [number, number] | undefined>();
    const node = (i: number, j: number) => {
      const key = i * 65_536 + j;
      if (!nodes.has(key)) nodes.set(key, this.tissueOfAligned(i * nodePx, j * nodePx));
      return nodes.get(key);
    };
    for (let r = 0; r < rows; r++) {
      const i = Math.floor(ys[r] / nodePx);
      const v = ys[r] / nodePx - i;
      for (let c = 0; c < columns; c++) {
        const j = Math.floor(xs[c] / nodePx);
        const u = xs[c] / nodePx - j;
        const at =
          blend([node(i, j), node(i, j + 1), node(i + 1, j), node(i + 1, j + 1)], v, u) ??
          this.tissueOfAligned(ys[r], xs[c]);
        if (!at) continue;
        const [ty, tx] = [Math.round(at[0]), Math.round(at[1])];
        if (ty < 0 || tx < 0 || ty >= height || tx >= width) continue;
        words[2 * (r * columns + c)] = labels[ty * width + tx];
      }
    }
    return out;
  }
}

type Corner = [number, number] | undefined;

/** Bilinear between four corners; undefined when one of them is not known. */
function blend([a, b, c, d]: [Corner, Corner, Corner, Corner], v: number, u: number): Corner {
  if (!a || !b || !c || !d) return undefined;
  const at = (k: 0 | 1) => (1 - v) * ((1 - u) * a[k] + u * b[k]) + v * ((1 - u) * c[k] + u * d[k]);
  return [at(0), at(1)];
}
