import { totalmem } from 'node:os';
import {
  badInput,
  boxOfShape,
  copyOverlap,
  mulVec,
  voxelsIn,
  type ArrayOf,
  type Vec3,
  type Volume,
} from '@stratome/core';
import { chooseModel, listModels, type Model } from '@stratome/inference';
import { downsampleMean, readSources, type TileManifest } from '@stratome/ingest';
import { geometryOf, volumeOf, type Geometry, type RunParameters } from '@stratome/reconstruction-worker';
import { SegmentationHash, segmentVolume } from '@stratome/segmentation';
import { readAlignedSections, requireAlignedSections, sectionsShape } from './aligned-sections.js';
import type { LocalProgress } from './local-progress.js';
import { predictionBoxes, predictVolume } from './predict-volume.js';
import { requireWritable, writeSegmentation } from './write-segmentation.js';

export interface SegmentRequest {
  /** Folder of aligned sections, or a manifest of them. */
  readonly input: string;
  /** z, y, x, nm; needed where a manifest does not give it. */
  readonly voxelNm?: Vec3;
  /** Folder of the volume to write. */
  readonly out: string;
  /** Replace a volume at `out`. */
  readonly force: boolean;
  readonly threads: number;
  readonly parameters: RunParameters;
}

export interface SegmentReport {
  readonly out: string;
  /** z, y, x of the segmentation, voxels of `voxelNm`: those the model works at. */
  readonly shape: Vec3;
  readonly voxelNm: Vec3;
  readonly segments: number;
  /** Of the partition, whatever its ids; see `SegmentationHash`. */
  readonly hash: string;
  readonly model: { readonly id: string; readonly version: string; readonly sha256: string };
  readonly seconds: number;
}

/** What a voxel takes while its volume is segmented: grey, five channels, supervoxel, two ids, and copies of them. */
const bytesPerVoxel = 40;

/**
 * Segments a folder of aligned sections in this process, with the same functions, grids and parameters as the
 * stages of a run, and writes the segments as OME-Zarr. The whole volume is kept in memory.
 *
 * @throws StratomeError for sections that cannot be used, a voxel size without a model, an `out` that exists
 */
export async function segmentFolder(
  request: SegmentRequest,
  progress: LocalProgress,
): Promise<SegmentReport> {
  const startedMs = performance.now();
  const { out, force, threads, parameters } = request;
  await requireWritable(out, force);
  const manifest = await readSources(request.input, request.voxelNm);
  requireAlignedSections(manifest);
  const { model, factors } = chooseModel(
    await listModels(process.env.STRATOME_MODELS || undefined),
    'affinities',
    manifest.voxelNm,
  );
  const g = geometryOf(sectionsShape(manifest), manifest.voxelNm, factors, parameters.grid);
  requireMemory(g);
  const em = await readWorkingEm(manifest, g, parameters, progress);
  const affinities = await predictAffinities(em, model, g, threads, progress);
  const agglomerated = progress.begin('agglomerate', 1, 'volumes');
  const { segmentation, table, agglomeration } = segmentVolume(
    affinities,
    g.workingShape,
    g.supervoxelBlock,
    g.workingNm,
    parameters.segmentation,
  );
  agglomerated(table.id.length);
  const meta = volumeOf('segmentation', manifest.name, g);
  const written = progress.begin('segment', meta.mips.length, 'levels');
  await writeSegmentation(out, meta, segmentation as ArrayOf<'uint64'>, force, written);
  const { id, version, sha256 } = model.card;
  return {
    out,
    shape: g.workingShape,
    voxelNm: g.workingNm,
    segments: agglomeration.segments.id.length,
    hash: hashOf(segmentation, g.workingShape),
    model: { id, version, sha256 },
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
}

function requireMemory({ shape, workingShape }: Geometry): void {
  const bytes = 2 * voxelsIn(boxOfShape(shape)) + bytesPerVoxel * voxelsIn(boxOfShape(workingShape));
  if (bytes <= totalmem()) return;
  const gib = (n: number) => `${(n / 2 ** 30).toFixed(0)} GiB`;
  throw badInput(
    `A volume of ${shape.join('×')} voxels needs about ${gib(bytes)} of memory, and there are ${gib(totalmem())}.`,
    'npm start -- --input works through volumes of any size block by block.',
  );
}

/** The sections at the resolution that the model works at. */
async function readWorkingEm(
  manifest: TileManifest,
  { shape, factors, workingShape }: Geometry,
  { ingest }: RunParameters,
  progress: LocalProgress,
): Promise<Volume<ArrayOf<'uint8'>>> {
  const em = await readAlignedSections(
    manifest,
    ingest,
    progress.begin('normalise', manifest.sections.length, 'sections'),
  );
  if (factors.every((f) => f === 1)) return em;
  const covered = mulVec(workingShape, factors).map((n, k) => Math.min(n, shape[k])) as unknown as Vec3;
  const data = new Uint8Array(voxelsIn(boxOfShape(covered)));
  copyOverlap(em.data, boxOfShape(shape), data, boxOfShape(covered));
  return downsampleMean({ data, shape: covered }, factors);
}

function predictAffinities(
  em: Volume<ArrayOf<'uint8'>>,
  model: Model,
  g: Geometry,
  threads: number,
  progress: LocalProgress,
): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = (['affinities', 'tissue'] as const).flatMap((name) => volumeOf(name, name, g).channelNames!);
  const predicted = progress.begin('affinities', predictionBoxes(model, em).length, 'boxes');
  return predictVolume(em, model, wanted, threads, predicted);
}

/** Plane by plane, so that the renumbered ids of one plane at a time are in memory. */
function hashOf(segmentation: BigUint64Array, [depth, height, width]: Vec3): string {
  const hash = new SegmentationHash();
  for (let z = 0; z < depth; z++) {
    hash.add(segmentation.subarray(z * height * width, (z + 1) * height * width));
  }
  return hash.digest();
}
