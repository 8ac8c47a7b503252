import { queries } from '@stratome/connectome';
import { boxOfShape, notFound, type Vec3 } from '@stratome/core';
import { MemoryObjectStore, volumeMeta, writeBlock, type VolumeSource } from '@stratome/storage';
import type { GraphReader } from '../graphql/graph-reader.js';

const largestChunk = 64;

/** The layer and the measure that a volume's name stands for: `quality.L4.synapseDensity`. */
export function qualityName(name: string): { layer: string; measure: string } | undefined {
  const [, layer, measure] = /^quality\.(L[1-5])\.(\w+)$/.exec(name) ?? [];
  return layer && measure ? { layer, measure } : undefined;
}

/**
 * A quality field as an image volume of one voxel a cell, float32, NaN where nothing was measured.
 *
 * @throws StratomeError notFound where the measure is not kept by cell at that revision
 */
export async function qualityVolume(
  reader: GraphReader,
  dataset: string,
  revision: number,
  name: string,
): Promise<VolumeSource> {
  const { layer, measure } = qualityName(name)!;
  const { voxelSize, shapeVoxels } = await reader.recentDataset(dataset);
  const field = { dataset, layer, measure, revision: BigInt(revision), grid: 'cell' };
  const rows = await reader.run(queries.qualityField, field);
  if (rows.length === 0)
    throw notFound(
      `"${measure}" of ${layer} was not measured by cell in "${dataset}" at revision ${revision}.`,
      'measures of the dataset lists what there is.',
    );
  // Cells at the end of the volume are cut, so the widest tells the pitch of the grid.
  const pitch = [0, 1, 2].map((k) => Math.max(...rows.map((row) => row.boxEnd[k] - row.boxBegin[k])));
  const shape = pitch.map((side, k) => Math.ceil(shapeVoxels[k] / side)) as unknown as Vec3;
  const values = new Float32Array(shape[0] * shape[1] * shape[2]).fill(Number.NaN);
  for (const { boxBegin, value } of rows) {
    const [z, y, x] = boxBegin.map((v, k) => Math.floor(v / pitch[k]));
    values[(z * shape[1] + y) * shape[2] + x] = value;
  }
  const [x, y, z] = voxelSize;
  const meta = volumeMeta({
    dataset,
    name,
    content: 'image',
    dtype: 'float32',
    voxelNm: [z * pitch[0], y * pitch[1], x * pitch[2]],
    chunk: shape.map((n) => Math.min(n, largestChunk)) as unknown as Vec3,
    mips: [{ shape, factor: [1, 1, 1] }],
  });
  const store = new MemoryObjectStore();
  const written = await writeBlock(store, meta, 0, boxOfShape(shape), values);
  const hashes = new Map(written.map(({ kind, key, hash }) => [`${kind} ${key}`, hash]));
  return { meta, store, resolve: (kind, key) => hashes.get(`${kind} ${key}`), immutable: true };
}
