import { growBox, hashJson, intersectBox, isEmpty, shapeOf, type Box, type Vec3 } from '@stratome/core';
import {
  centroid,
  combineObjects,
  flagObjects,
  numberSegments,
  meshBlock,
  meshParameters,
  meshSource,
  measureSkeletons,
  refinementParameters,
  simplifyMesh,
  skeletonize,
  skeletonParameters,
  type ObjectClass,
  type ObjectRow,
  type Skeleton,
} from '@stratome/postprocessing';
import { tissueClasses } from '@stratome/segmentation';
import { encodeMesh, encodeSkeleton, type VolumeMeta } from '@stratome/storage';
import type { InputReference, ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { cellsOf, chunksUnder, volumeOf, type Geometry } from './geometry.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';
import { blockKey, supervoxelBlocks } from './supervoxels.js';

/** An object as stored: ids as decimal strings, positions in working voxels. */
export interface StoredObject {
  readonly id: string;
  readonly class: ObjectClass;
  readonly voxels: number;
  readonly box: Box;
  readonly centroid: Vec3;
  readonly firstVoxel: Vec3;
  readonly volumeUm3: number;
  readonly dust: boolean;
  readonly orphan: boolean;
  readonly large: boolean;
  readonly touchesFace: boolean;
  readonly sizeScore: number;
  readonly share: number;
  /** Parts of it, by key of the block of supervoxels that holds them. */
  readonly blocks: readonly { readonly key: string; readonly voxels: number }[];
  /** Hash of its voxels: an object whose hash stays has the same shape. */
  readonly mask: string;
}

type Row = ObjectRow & { readonly mask: string };
type StoredRow = Omit<Row, 'id'> & { id: string };

const readRows = async (io: TaskIo): Promise<Map<string, Row[]>> =>
  new Map(
    await Promise.all(
      io.keys('object-rows').map(async (key) => {
        const rows = await io.readJson<StoredRow[]>('object-rows', key);
        return [key, rows.map((row) => ({ ...row, id: BigInt(row.id) }))] as const;
      }),
    ),
  );

/** The parts of every object, in the order of the blocks' keys. */
function partsOf(byBlock: ReadonlyMap<string, readonly Row[]>) {
  const parts = new Map<bigint, { key: string; voxels: number; mask: string }[]>();
  for (const [key, list] of byBlock) {
    for (const { id, voxels, mask } of list) {
      const known = parts.get(id);
      if (known) known.push({ key, voxels, mask });
      else parts.set(id, [{ key, voxels, mask }]);
    }
  }
  return parts;
}

/** What the rechecks ask of an object. */
export type ObjectNature = Readonly<Record<'large' | 'vessel', boolean>> & { readonly id: string };

/**
 * Writes, for each block, what others ask of the objects in it: which are refused as partners of synapses, and which
 * are large or vessels. What is no object of its own may well be a torn-off spine: only other tissue is refused.
 */
async function writeByBlock(
  io: TaskIo,
  byBlock: ReadonlyMap<string, readonly Row[]>,
  stored: readonly StoredObject[],
): Promise<void> {
  const objectOf = new Map(stored.map((object) => [object.id, object]));
  for (const [key, rows] of byBlock) {
    const own = rows.map(({ id }) => objectOf.get(String(id))!);
    const refused = own.filter(({ class: what }) => what === 'glia' || what === 'vessel');
    await io.writeJson(
      'partner-exclusions',
      key,
      refused.map(({ id }) => id),
    );
    const natures = own.map(({ id, large, class: what }) => ({ id, large, vessel: what === 'vessel' }));
    await io.writeJson(
      'object-natures',
      key,
      natures.filter(({ large, vessel }) => large || vessel),
    );
  }
}

/** L4: size filter, flags, and which blocks hold each object. */
export const objects: ThreadProcessor = {
  parameters: ({ refinement: { somaDepthNm: _s, ...ofObjects } }) => ofObjects,
  async plan() {
    return [
      {
        key: 'dataset',
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          { kind: 'object-rows', role: 'parameters' },
          { kind: 'segment-classes', keys: ['dataset'], role: 'parameters' },
        ],
        detail: {},
      },
    ];
  },
  async run(task, io): Promise<StageOutcome> {
    const g = await io.readJson<Geometry>('geometry', 'dataset');
    const byBlock = await readRows(io);
    const rows = combineObjects(byBlock.values());
    const classes = await io.readTable<{ id: BigUint64Array; tissueClass: Uint8Array }>(
      'segment-classes',
      'dataset',
    );
    const classOf = new Map(
      Array.from(classes.id, (id, n) => [id, tissueClasses[classes.tissueClass[n]]] as const),
    );
    const parameters = refinementParameters.parse(task.parameters);
    const flags = flagObjects(
      rows,
      g.workingShape,
      g.workingNm,
      (id) => classOf.get(id) ?? 'none',
      parameters,
    );
    const parts = partsOf(byBlock);
    const stored: StoredObject[] = rows.map((row, n) => ({
      ...flags[n],
      id: String(row.id),
      voxels: row.voxels,
      box: row.box,
      centroid: centroid(row),
      firstVoxel: row.firstVoxel,
      blocks: parts.get(row.id)!.map(({ key, voxels }) => ({ key, voxels })),
      mask: hashJson(parts.get(row.id)!.map(({ key, mask }) => [key, mask])),
    }));
    await io.writeJson('objects', 'dataset', stored);
    await writeByBlock(io, byBlock, stored);
    return { work: rows.length };
  },
};

/** Objects in one task, and voxels of the box that holds them. */
const mostObjects = 8;
const mostVoxels = 48_000_000;

const unionBox = (a: Box, b: Box): Box => ({
  begin: [0, 1, 2].map((k) => Math.min(a.begin[k], b.begin[k])) as unknown as Vec3,
  end: [0, 1, 2].map((k) => Math.max(a.end[k], b.end[k])) as unknown as Vec3,
});
const voxelsOf = (box: Box): number => shapeOf(box).reduce((n, v) => n * v, 1);

interface Batch {
  readonly key: string;
  readonly objects: StoredObject[];
  box: Box;
}

/**
 * Groups of objects whose common box fits in memory. Only objects that begin in the same block of supervoxels come
 * together, so that a new or changed object leaves the groups of other blocks as they are.
 */
export function batchObjects(list: readonly StoredObject[], g: Geometry): Batch[] {
  const byBlock = new Map<string, StoredObject[]>();
  for (const object of list) {
    const block = blockKey(
      object.firstVoxel.map((v, k) => Math.floor(v / g.supervoxelBlock[k])) as unknown as Vec3,
    );
    const known = byBlock.get(block);
    if (known) known.push(object);
    else byBlock.set(block, [object]);
  }
  return [...byBlock].flatMap(([block, objectsOfBlock]) => batchesOf(block, objectsOfBlock));
}

function batchesOf(block: string, list: readonly StoredObject[]): Batch[] {
  const batches: Batch[] = [];
  for (const object of list) {
    const last = batches.at(-1);
    const joined = last && unionBox(last.box, object.box);
    if (last && joined && last.objects.length < mostObjects && voxelsOf(joined) <= mostVoxels) {
      last.objects.push(object);
      last.box = joined;
    } else batches.push({ key: `${block}/${batches.length}`, objects: [object], box: object.box });
  }
  return batches;
}

/** L4: a skeleton and a mesh for every object that is more than dust. */
export const shapes: ThreadProcessor = {
  parameters: ({ skeleton, mesh }) => ({ skeleton, mesh }),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const g = await context.readJson<Geometry>('geometry', 'dataset');
    const stored = await context.readJson<StoredObject[]>('objects', 'dataset');
    const segmentation = volumeOf('segmentation', context.dataset.name, g);
    const batches = batchObjects(
      stored.filter((o) => !o.dust),
      g,
    );
    return batches.map(({ key, objects: list, box }) => {
      const source = surroundings(box, g);
      return {
        key,
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          // Of these it takes the voxels of its objects alone, which the hashes name.
          { ...chunksOf(list, segmentation, g), decides: false },
        ],
        detail: { ids: list.map(({ id }) => id), masks: list.map(({ mask }) => mask), box: source },
      };
    });
  },
  run: traceShapes,
};

/** The chunks of the segmentation that hold parts of objects. */
function chunksOf(list: readonly StoredObject[], segmentation: VolumeMeta, g: Geometry): InputReference {
  const blocks = new Set(list.flatMap((object) => object.blocks.map(({ key }) => key)));
  const grid = supervoxelBlocks(g);
  const keys = [...blocks].flatMap((key) => {
    const position = key.split('/').map(Number) as unknown as Vec3;
    return chunksUnder(segmentation, 0, grid.box(position)).keys!;
  });
  return { ...chunksUnder(segmentation, 0, grid.box([0, 0, 0])), keys: [...new Set(keys)].sort() };
}

/** One voxel more on each side, so that surfaces close. */
const surroundings = (box: Box, g: Geometry): Box =>
  intersectBox(growBox(box, [1, 1, 1]), { begin: [0, 0, 0], end: g.workingShape });

async function traceShapes(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const { ids, box } = task.detail as unknown as { ids: string[]; box: Box };
  const wanted = new Set(ids.map(BigInt));
  const meta = volumeOf('segmentation', task.dataset, g);
  const segmentation = (await io.readPlanned(meta, 0, box)) as BigUint64Array;
  await writeMeshes(task, io, g, { segmentation, box }, wanted);
  const skeletons = traceSkeletons(task, g, segmentation, box, wanted);
  const summary = [];
  for (const [id, skeleton] of skeletons) {
    await io.write('skeleton', String(id), encodeSkeleton(skeleton));
    summary.push({
      id: String(id),
      cableUm: skeleton.cableNm / 1000,
      nodes: skeleton.radiiNm.length,
      branches: skeleton.branchPoints.length,
      ends: skeleton.deadEnds.length,
    });
  }
  await io.writeJson('shape-summary', task.key, summary);
  await io.measure(measureSkeletons(skeletons.values(), cellsOf(g), g.workingNm, 300));
  return { work: ids.length };
}

async function writeMeshes(
  task: ResolvedTask,
  io: TaskIo,
  g: Geometry,
  crop: { segmentation: BigUint64Array; box: Box },
  wanted: ReadonlySet<bigint>,
): Promise<void> {
  const parameters = meshParameters.parse(task.parameters.mesh);
  // The crop's last layer is there for the cells below it; at the volume's end there is no such layer.
  const end = crop.box.end.map((e, k) => (e === g.workingShape[k] ? e : e - 1)) as unknown as Vec3;
  const block = { begin: crop.box.begin, end };
  if (isEmpty(intersectBox(meshSource(block, g.workingShape), crop.box))) return;
  const meshes = meshBlock(crop, block, g.workingShape, g.workingNm, (id) => wanted.has(id));
  for (const [id, mesh] of meshes)
    await io.write('mesh', String(id), encodeMesh(await simplifyMesh(mesh, parameters)));
}

function traceSkeletons(
  task: ResolvedTask,
  g: Geometry,
  segmentation: BigUint64Array,
  box: Box,
  wanted: ReadonlySet<bigint>,
): Map<bigint, Skeleton> {
  const parameters = skeletonParameters.parse(task.parameters.skeleton);
  const { local, ids } = numberSegments(segmentation);
  const boxes = localBoxes(local, ids.length, shapeOf(box));
  const skeletons = new Map<bigint, Skeleton>();
  ids.forEach((id, n) => {
    if (!wanted.has(id)) return;
    const own = boxes[n];
    const crop = {
      begin: own.begin.map((v, k) => v + box.begin[k]),
      end: own.end.map((v, k) => v + box.begin[k]),
    };
    skeletons.set(
      id,
      skeletonize(
        {
          mask: maskIn(local, n + 1, own, shapeOf(box)),
          box: crop as unknown as Box,
          voxelNm: g.workingNm,
          volumeShape: g.workingShape,
        },
        parameters,
      ),
    );
  });
  return new Map([...skeletons].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Bounding boxes of local labels 1 … count, within the crop. */
function localBoxes(local: Uint32Array, count: number, [nz, ny, nx]: Vec3): Box[] {
  const low = new Int32Array(3 * count).fill(2 ** 30);
  const high = new Int32Array(3 * count);
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (local[i] === 0) continue;
        const at = 3 * (local[i] - 1);
        if (z < low[at]) low[at] = z;
        if (y < low[at + 1]) low[at + 1] = y;
        if (x < low[at + 2]) low[at + 2] = x;
        if (z >= high[at]) high[at] = z + 1;
        if (y >= high[at + 1]) high[at + 1] = y + 1;
        if (x >= high[at + 2]) high[at + 2] = x + 1;
      }
  return Array.from({ length: count }, (_, n) => ({
    begin: [low[3 * n], low[3 * n + 1], low[3 * n + 2]] as const,
    end: [high[3 * n], high[3 * n + 1], high[3 * n + 2]] as const,
  }));
}

function maskIn(local: Uint32Array, label: number, box: Box, [, ny, nx]: Vec3): Uint8Array {
  const [h, w] = [box.end[1] - box.begin[1], box.end[2] - box.begin[2]];
  const mask = new Uint8Array(voxelsOf(box));
  for (let z = box.begin[0], o = 0; z < box.end[0]; z++)
    for (let y = 0; y < h; y++) {
      const from = (z * ny + box.begin[1] + y) * nx + box.begin[2];
      for (let x = 0; x < w; x++, o++) if (local[from + x] === label) mask[o] = 1;
    }
  return mask;
}
