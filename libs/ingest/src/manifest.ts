import type { Vec3 } from '@stratome/core';
import { z } from 'zod';

/** One image as it came from the microscope. */
export interface Tile {
  /** Unique in the dataset: `section/row/col`. */
  readonly id: string;
  /** Absolute path. */
  readonly file: string;
  readonly row: number;
  readonly col: number;
  /** Stage position of the first pixel, [y, x], px. */
  readonly stagePx: readonly [number, number];
  /** [height, width], px. */
  readonly shape: readonly [number, number];
  /** Of the file's bytes, lower-case hex. */
  readonly sha256: string;
}

export interface SectionTiles {
  /** The section's number as the microscope counted it; z of the volume is `section − firstSection`. */
  readonly section: number;
  readonly tiles: readonly Tile[];
}

/** What a dataset is made from: every tile, its place and its checksum. */
export interface TileManifest {
  readonly format: 'stratome-tiles/1';
  readonly name: string;
  /** z, y, x, nm. */
  readonly voxelNm: Vec3;
  readonly dtype: 'uint8' | 'uint16';
  readonly firstSection: number;
  /** Sections along z, missing ones included. */
  readonly sectionCount: number;
  /** Ascending, each with at least one tile. */
  readonly sections: readonly SectionTiles[];
  /** Numbers between the first and the last section that have no tile. */
  readonly missingSections: readonly number[];
}

const lengthNm = z.number().positive();
const pair = z.tuple([z.number(), z.number()]);

/** The tile manifest as a file; `file` is relative to the manifest's folder. */
export const manifestFile = z.object({
  format: z.literal('stratome-tiles/1'),
  name: z.string().min(1),
  voxelNm: z.tuple([lengthNm, lengthNm, lengthNm]),
  sections: z
    .array(
      z.object({
        section: z.int(),
        tiles: z.array(
          z.object({
            file: z.string().min(1),
            row: z.int().nonnegative().optional(),
            col: z.int().nonnegative().optional(),
            stagePx: pair.default([0, 0]),
            shape: z.tuple([z.int().positive(), z.int().positive()]).optional(),
            sha256: z
              .string()
              .regex(/^[0-9a-fA-F]{64}$/, 'not a SHA-256 in hex')
              .optional(),
          }),
        ),
      }),
    )
    .min(1),
});

/** A tile as it is named by a manifest, a table or a file name, before its file was looked at. */
export interface NamedTile {
  readonly section: number;
  /** Absolute path. */
  readonly file: string;
  readonly stagePx: readonly [number, number];
  readonly row?: number;
  readonly col?: number;
  readonly shape?: readonly [number, number];
  readonly sha256?: string;
}

export interface NamedSources {
  readonly name: string;
  readonly voxelNm?: Vec3;
  readonly tiles: readonly NamedTile[];
}
