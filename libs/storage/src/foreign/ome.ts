import { z } from 'zod';
import { badInput, type Vec3 } from '@stratome/core';
import { toNm } from './units.js';

const transform = z.union([
  z.looseObject({ type: z.literal('scale'), scale: z.array(z.number()) }),
  z.looseObject({ type: z.string() }),
]);

const axisSchema = z.union([
  z.string().transform((name) => ({ name, unit: undefined })),
  z.looseObject({ name: z.string(), unit: z.string().optional() }),
]);

const multiscaleSchema = z.looseObject({
  name: z.string().optional(),
  axes: z.array(axisSchema).optional(),
  datasets: z
    .array(z.looseObject({ path: z.string(), coordinateTransformations: z.array(transform).optional() }))
    .min(1),
  coordinateTransformations: z.array(transform).optional(),
});

/** One mip of a multiscale image. */
export interface OmeLevel {
  readonly path: string;
  readonly axisNames?: readonly string[];
  /** Size of a voxel along z, y, x, nm; undefined when the unit is not stated. */
  readonly voxelNm?: Vec3;
}

type Transforms = z.infer<typeof multiscaleSchema>['coordinateTransformations'];

const scaleOf = (transforms: Transforms, axis: number): number =>
  (transforms ?? []).reduce(
    (product, t) => product * ('scale' in t ? ((t.scale as number[])[axis] ?? 1) : 1),
    1,
  );

/**
 * The mips that OME-Zarr attributes (0.1 to 0.5) describe, finest first; undefined when there are none.
 * @throws badInput when the attributes are there and cannot be understood.
 */
export function omeLevels(attributes: Record<string, unknown>, title: string): OmeLevel[] | undefined {
  const found =
    (attributes.ome as Record<string, unknown> | undefined)?.multiscales ?? attributes.multiscales;
  if (!Array.isArray(found) || found.length === 0) return undefined;
  const parsed = multiscaleSchema.safeParse(found[0]);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badInput(
      `The multiscales of ${title} are not OME-Zarr (${issue.path.join('.')}: ${issue.message}).`,
    );
  }
  const { axes, datasets, coordinateTransformations } = parsed.data;
  return datasets.map((dataset) => {
    const sizeNm = (name: string): number | undefined => {
      const index = axes?.findIndex((candidate) => candidate.name === name) ?? -1;
      if (index < 0) return undefined;
      const scale =
        scaleOf(dataset.coordinateTransformations, index) * scaleOf(coordinateTransformations, index);
      return toNm(scale, axes![index].unit);
    };
    const [depth, height, width] = ['z', 'y', 'x'].map(sizeNm);
    const voxelNm: Vec3 | undefined = depth && height && width ? [depth, height, width] : undefined;
    return { path: dataset.path, axisNames: axes?.map(({ name }) => name), voxelNm };
  });
}
