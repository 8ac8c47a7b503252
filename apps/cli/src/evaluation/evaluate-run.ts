import { residualAgainstTruth, type SectionMontage, type SectionTransform } from '@stratome/alignment';
import { voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { artifactsAt, type ArtifactRow, type Dataset } from '@stratome/operations';
import { tissueOfTilePixel } from '@stratome/phantom';
import {
  countOverlaps,
  evaluateEdges,
  matchBodies,
  matchParameters,
  matchSynapses,
  synapsePointNm,
  type MatchableSynapse,
  type Overlap,
  type SynapseRecord,
} from '@stratome/postprocessing';
import {
  recordOf,
  volumeOf,
  type Geometry,
  type StoredObject,
  type StoredSynapse,
} from '@stratome/reconstruction-worker';
import { ContingencyTable, randScores, variationOfInformation } from '@stratome/segmentation';
import { readBox, readRawVolume, type ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { PhantomTruth, SectionTruth } from './truth-frame.js';

/** How a run's results compare with a phantom's truth. */
export interface TruthReport {
  /** Bits. */
  readonly voi: { readonly split: number; readonly merge: number };
  /** Adapted Rand error. */
  readonly randError: number;
  readonly synapses: Scores & { readonly kindAccuracy: number; readonly partnerAccuracy: number };
  /** Distinct directed connections between neurons. */
  readonly edges: Scores;
  readonly residualPx: { readonly median: number; readonly p95: number };
}

interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface EvaluationContext {
  readonly db: DataSource;
  readonly store: ObjectStore;
  readonly dataset: Dataset;
  readonly revision: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Reads artefacts of one revision. */
class RevisionReader {
  constructor(private readonly context: EvaluationContext) {}

  rows(kind: string): Promise<ArtifactRow[]> {
    const { db, dataset, revision } = this.context;
    return artifactsAt(db, dataset.name, revision, kind);
  }

  async all<T>(kind: string): Promise<T[]> {
    const rows = await this.rows(kind);
    return Promise.all(
      rows.map(
        async ({ hash }) => JSON.parse(Buffer.from(await this.context.store.get(hash)).toString()) as T,
      ),
    );
  }
}

/**
 * Scores a run against the truth of the phantom it was made from; null for real tissue.
 *
 * The truth is brought into the aligned frame through the exact transforms of the phantom's tiles and those that
 * were estimated, so that what is scored is the segmentation and not where the volume as a whole came to lie. What
 * misalignment there is shows in `residualPx`, after one affine map for the whole stack.
 */
export async function evaluateRun(context: EvaluationContext): Promise<TruthReport | null> {
  if (context.dataset.truthPath === null) return null;
  const truth = await PhantomTruth.open(context.dataset.truthPath);
  const reader = new RevisionReader(context);
  const [g] = await reader.all<Geometry>('geometry');
  const montages = await reader.all<SectionMontage>('montage');
  const transforms = await reader.all<SectionTransform>('transform');
  const residual = residualAgainstTruth(transforms, montages, (tile, y, x) =>
    tissueOfTilePixel(truth.transformOf(tile.id), y, x),
  );
  const sections = sectionTruths(truth, montages, transforms);
  const { table, overlaps } = await compareLabels(context, reader, g, truth, sections);
  const { split, merge } = variationOfInformation(table);
  const found = await foundSynapses(reader);
  const objects = (await reader.all<StoredObject[]>('objects')).flat();
  const scores = scoreSynapses(found, truth, sections, g, overlaps, objects);
  return {
    voi: { split, merge },
    randError: randScores(table).error,
    ...scores,
    residualPx: { median: residual.medianPx, p95: residual.p95Px },
  };
}

/** By z of the aligned volume. */
function sectionTruths(
  truth: PhantomTruth,
  montages: readonly SectionMontage[],
  transforms: readonly SectionTransform[],
): Map<number, SectionTruth> {
  const first = Math.min(...montages.map((m) => m.section));
  const byNumber = new Map(transforms.map((t) => [t.section, t]));
  return new Map(
    montages.map((m) => [m.section - first, new SectionTruth(truth, m, byNumber.get(m.section)!)] as const),
  );
}

/** Aligned positions of working pixels along one axis, px. */
const centres = (count: number, factor: number): number[] =>
  Array.from({ length: count }, (_, i) => (i + 0.5) * factor - 0.5);

async function compareLabels(
  { store, dataset, onProgress }: EvaluationContext,
  reader: RevisionReader,
  g: Geometry,
  truth: PhantomTruth,
  sections: ReadonlyMap<number, SectionTruth>,
): Promise<{ table: ContingencyTable; overlaps: Overlap[] }> {
  const meta = volumeOf('segmentation', dataset.name, g);
  const chunks = new Map((await reader.rows('segmentation/0')).map((row) => [row.key, row.hash]));
  const bodies = await readRawVolume(`${truth.folder}/bodies.json`);
  const [, height, width] = bodies.shape;
  const [ys, xs] = [centres(g.workingShape[1], g.factors[1]), centres(g.workingShape[2], g.factors[2])];
  const table = new ContingencyTable();
  const overlaps = new Map<string, Overlap>();
  for (let z0 = 0; z0 < g.workingShape[0]; z0 += g.chunk[0]) {
    const end = Math.min(g.workingShape[0], z0 + g.chunk[0]);
    const box: Box = { begin: [z0, 0, 0], end: [end, g.workingShape[1], g.workingShape[2]] };
    const found = (await readBox(store, (_, key) => chunks.get(key), meta, 0, box)) as BigUint64Array;
    const plane = ys.length * xs.length;
    const expected = new BigUint64Array(voxelsIn(box));
    for (let z = z0; z < end; z++) {
      const tissueZ = Math.floor((z + 0.5) * g.factors[0]);
      const section = sections.get(tissueZ);
      if (!section) continue;
      const labels = (bodies.data as Uint32Array).subarray(
        tissueZ * height * width,
        (tissueZ + 1) * height * width,
      );
      expected.set(section.labels(labels, [height, width], ys, xs), (z - z0) * plane);
    }
    table.add(expected, found);
    for (const overlap of countOverlaps(found, expected)) {
      const key = `${overlap.segment},${overlap.body}`;
      overlaps.set(key, { ...overlap, voxels: overlap.voxels + (overlaps.get(key)?.voxels ?? 0) });
    }
    onProgress?.(end, g.workingShape[0]);
  }
  return { table, overlaps: [...overlaps.values()] };
}

/** Synapses with both partners, by id. */
async function foundSynapses(reader: RevisionReader): Promise<SynapseRecord[]> {
  const stored = (await reader.all<StoredSynapse[]>('synapses')).flat();
  return stored
    .map(recordOf)
    .filter(({ unassigned }) => unassigned === 'none')
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The body that most of a segment lies in. */
function mostlyIn(overlaps: readonly Overlap[]): Map<bigint, bigint> {
  const best = new Map<bigint, Overlap>();
  for (const o of overlaps) if (o.voxels > (best.get(o.segment)?.voxels ?? 0)) best.set(o.segment, o);
  return new Map([...best].map(([segment, { body }]) => [segment, body]));
}

function scoreSynapses(
  found: readonly SynapseRecord[],
  truth: PhantomTruth,
  sections: ReadonlyMap<number, SectionTruth>,
  g: Geometry,
  overlaps: readonly Overlap[],
  objects: readonly StoredObject[],
): Pick<TruthReport, 'synapses' | 'edges'> {
  const bodyOf = mostlyIn(overlaps);
  const matchable = found.map(
    (s): MatchableSynapse => ({
      pointNm: synapsePointNm(s, g.workingNm),
      preBody: bodyOf.get(s.preSegment) ?? 0n,
      postBody: bodyOf.get(s.postSegment) ?? 0n,
      kind: s.kind,
    }),
  );
  const expected = imagedSynapses(truth, sections, g);
  const { precision, recall, f1, kindAccuracy, partnerAccuracy } = matchSynapses(
    matchable,
    expected,
    matchParameters.parse({}),
  );
  const neurons = new Set(objects.filter((o) => o.class === 'neurite' && !o.dust).map((o) => BigInt(o.id)));
  const edges = found.filter((s) => neurons.has(s.preSegment) && neurons.has(s.postSegment));
  const score = evaluateEdges(
    edges.map((s) => ({ pre: s.preSegment, post: s.postSegment })),
    expected.map((s) => ({ pre: s.preBody, post: s.postBody })),
    matchBodies(overlaps),
  );
  return {
    synapses: { precision, recall, f1, kindAccuracy, partnerAccuracy },
    edges: { precision: score.precision, recall: score.recall, f1: score.f1 },
  };
}

/** True synapses that lie in the imaged tissue, in the aligned frame. */
function imagedSynapses(
  truth: PhantomTruth,
  sections: ReadonlyMap<number, SectionTruth>,
  g: Geometry,
): MatchableSynapse[] {
  return truth.synapses.flatMap(({ centreNm, pre, post, type }): MatchableSynapse[] => {
    const [z, y, x] = centreNm.map((nm, k) => nm / truth.file.voxelNm[k] - 0.5);
    const aligned = sections.get(Math.round(z))?.alignedOfTissue(y, x);
    if (!aligned || aligned.some((v, k) => v < 0 || v > g.shape[k + 1] - 1)) return [];
    const pointNm = [z, ...aligned].map((v, k) => (v + 0.5) * g.voxelNm[k]) as unknown as Vec3;
    return [{ pointNm, preBody: BigInt(pre.body), postBody: BigInt(post.body), kind: type }];
  });
}
