import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlockGrid, boxOfShape, type VoxelArray } from '@stratome/core';
import { makePhantom, resolvePhantomParameters, SynapseVoxel, type Phantom } from '@stratome/phantom';
import type { ResolvedTask, StageName, TaskPlan } from '@stratome/pipeline';
import {
  aggregateConnections,
  evaluateEdges,
  matchParameters,
  matchSynapses,
  synapsePointNm,
  type SynapseRecord,
} from '@stratome/postprocessing';
import { parseRunParameters, recordOf, type StoredSynapse } from '@stratome/reconstruction-worker';
import { FileObjectStore, writeBlock } from '@stratome/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TaskIo } from '../apps/reconstruction-worker/src/execution/task-io.js';
import {
  geometryOf,
  gridParameters,
  volumeOf,
  type Geometry,
} from '../apps/reconstruction-worker/src/stages/geometry.js';
import type { PlanContext, ThreadProcessor } from '../apps/reconstruction-worker/src/stages/processor.js';
import { blocksOfFootprint, synapsemerge } from '../apps/reconstruction-worker/src/stages/synapsemerge.js';
import { synapses } from '../apps/reconstruction-worker/src/stages/synapses.js';

/*
 * L4 alone: a phantom's true bodies and true synapse voxels stand where the networks' output would, and the stages
 * of the worker run on them. What is lost here is lost by partners, merging or the cut into blocks, not by a network.
 */

const dataset = 'oracle';
const parameters = parseRunParameters({});
let folder: string;
let phantom: Phantom;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-oracle-'));
  phantom = makePhantom(resolvePhantomParameters({ seed: 190, shape: [80, 168, 168], vessels: 0 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Artefacts as a run keeps them: kind → key → content. */
type Artifacts = Map<string, Map<string, { hash: string; bytes: number }>>;

class Run {
  readonly artifacts: Artifacts = new Map();
  private readonly store = new FileObjectStore(folder, { durable: false });

  constructor(readonly g: Geometry) {}

  private add(rows: readonly { kind: string; key: string; hash: string; bytes: number }[]): void {
    for (const { kind, key, hash, bytes } of rows) {
      const keys = this.artifacts.get(kind) ?? new Map<string, { hash: string; bytes: number }>();
      this.artifacts.set(kind, keys.set(key, { hash, bytes }));
    }
  }

  async putJson(kind: string, value: unknown, key = 'dataset'): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(value));
    const { hash } = await this.store.put(bytes);
    this.add([{ kind, key, hash, bytes: bytes.byteLength }]);
  }

  async putVolume(name: Parameters<typeof volumeOf>[0], data: VoxelArray): Promise<void> {
    const meta = volumeOf(name, dataset, this.g);
    this.add(await writeBlock(this.store, meta, 0, boxOfShape(this.g.workingShape), data));
  }

  async readJson<T>(kind: string, key: string): Promise<T> {
    const { hash } = this.artifacts.get(kind)!.get(key)!;
    return JSON.parse(Buffer.from(await this.store.get(hash)).toString()) as T;
  }

  async execute(stage: StageName, processor: ThreadProcessor): Promise<void> {
    const context = {
      dataset: { name: dataset },
      parameters,
      parametersIn: () => parameters,
      readJson: (kind: string, key: string) => this.readJson(kind, key),
    } as unknown as PlanContext;
    for (const plan of await processor.plan(context)) {
      const io = new TaskIo(this.store, this.resolve(stage, processor, plan));
      await processor.run(this.resolve(stage, processor, plan), io);
      this.add(io.written);
    }
  }

  private resolve(stage: StageName, processor: ThreadProcessor, plan: TaskPlan): ResolvedTask {
    const inputs: Artifacts = new Map();
    for (const { kind, keys } of plan.inputs) {
      const all = this.artifacts.get(kind)!;
      inputs.set(kind, keys ? new Map(keys.map((key) => [key, all.get(key)!])) : all);
    }
    const { key, detail } = plan;
    const { workingNm: voxelNm } = this.g;
    return { dataset, voxelNm, stage, key, parameters: processor.parameters(parameters), detail, inputs };
  }
}

/** Presynaptic, cleft, postsynaptic and excitatory channels that say what the truth says. */
function perfectMaps(truth: Uint8Array): Uint8Array {
  const n = truth.length;
  const maps = new Uint8Array(4 * n);
  truth.forEach((value, i) => {
    const part = value % SynapseVoxel.inhibitory;
    if (part === SynapseVoxel.none) return;
    maps[(part - 1) * n + i] = 255;
    if (value < SynapseVoxel.inhibitory) maps[3 * n + i] = 255;
  });
  return maps;
}

/** Runs both stages on the truth, cut as the grids say. */
async function fromTruth(grids: Partial<Geometry>): Promise<Run> {
  const { shape, voxelNm } = phantom.parameters;
  const g = { ...geometryOf(shape, voxelNm, [1, 1, 1], gridParameters.parse({})), ...grids };
  const run = new Run(g);
  const bodies = BigUint64Array.from(phantom.tissue.bodies, BigInt);
  await run.putJson('geometry', g);
  const other = phantom.tissue.bodyTable.filter((b) => b.class === 'glia' || b.class === 'vessel');
  const refused = other.map(({ id }) => String(id));
  const blocks = new BlockGrid(g.workingShape, g.supervoxelBlock);
  for (const position of blocks.positions())
    await run.putJson('partner-exclusions', refused, position.join('/'));
  await run.putVolume('segmentation', bodies);
  await run.putVolume('supervoxels', bodies);
  await run.putVolume('synapsemaps', perfectMaps(phantom.synapseVoxels.data));
  await run.execute('synapses', synapses);
  await run.execute('synapsemerge', synapsemerge);
  return run;
}

async function synapsesOf(run: Run): Promise<SynapseRecord[]> {
  const keys = [...run.artifacts.get('synapses')!.keys()];
  const stored = await Promise.all(keys.map((key) => run.readJson<StoredSynapse[]>('synapses', key)));
  return stored
    .flat()
    .map(recordOf)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function score(found: readonly SynapseRecord[]) {
  const { voxelNm } = phantom.parameters;
  const truth = phantom.synapses.map((s) => ({
    pointNm: s.centreNm,
    preBody: BigInt(s.preBody),
    postBody: BigInt(s.postBody),
    kind: s.type,
  }));
  const matchable = found.map((s) => ({
    pointNm: synapsePointNm(s, voxelNm),
    preBody: s.preSegment,
    postBody: s.postSegment,
    kind: s.kind,
  }));
  const themselves = new Map(phantom.tissue.bodyTable.map(({ id }) => [BigInt(id), BigInt(id)]));
  return {
    true: truth.length,
    synapses: matchSynapses(matchable, truth, matchParameters.parse({})),
    edges: evaluateEdges(
      aggregateConnections(found, 0),
      truth.map((s) => ({ pre: s.preBody, post: s.postBody })),
      themselves,
    ),
  };
}

describe('L4 on true bodies and true synapse voxels', () => {
  let whole: SynapseRecord[];
  beforeAll(async () => void (whole = await synapsesOf(await fromTruth({}))));

  it('finds the synapses and the edges', () => {
    const { true: count, synapses: found, edges } = score(whole);
    expect(count).toBeGreaterThan(40);
    expect(found.f1).toBeGreaterThanOrEqual(0.98);
    expect(found.partnerAccuracy).toBeGreaterThanOrEqual(0.98);
    expect(found.kindAccuracy).toBeGreaterThanOrEqual(0.98);
    expect(edges.f1).toBeGreaterThanOrEqual(0.95);
  });

  it('is the same whatever chunks are stored', async () => {
    expect(await synapsesOf(await fromTruth({ chunk: [16, 32, 64] }))).toEqual(whole);
  });

  describe('in small blocks', () => {
    let run: Run;
    let found: SynapseRecord[];
    beforeAll(async () => {
      run = await fromTruth({ synapseBlock: [32, 56, 56], cell: [24, 40, 40] });
      found = await synapsesOf(run);
    });

    it('finds as much', () => {
      const { synapses: scored, edges } = score(found);
      expect(scored.f1).toBeGreaterThanOrEqual(0.98);
      expect(edges.f1).toBeGreaterThanOrEqual(0.95);
    });

    it('traces every synapse to the blocks that its pieces lie in', async () => {
      const blockOf = new Map<string, string>();
      for (const block of run.artifacts.get('synapse-records')!.keys()) {
        for (const { id } of await run.readJson<StoredSynapse[]>('synapse-records', block))
          blockOf.set(id, block);
      }
      const footprints = [...run.artifacts.get('synapses')!.keys()];
      expect(footprints.length).toBeGreaterThan(8);
      for (const footprint of footprints) {
        for (const { id, pieces = [] } of await run.readJson<StoredSynapse[]>('synapses', footprint)) {
          const blocks = new Set([id, ...pieces].map((piece) => blockOf.get(piece)!));
          expect(blocksOfFootprint(footprint)).toEqual([...blocks].sort());
        }
      }
    });

    it('measures a density that counts every synapse once', async () => {
      const rows = await run.readJson<{ measure: string; value: number; weight: number }[]>(
        'measures/synapsemerge',
        'dataset',
      );
      const density = rows.filter(({ measure }) => measure === 'synapseDensity');
      expect(density).toHaveLength(4 * 5 * 5);
      const counted = density.reduce((sum, { value, weight }) => sum + value * weight, 0);
      expect(counted).toBeCloseTo(found.length, 6);
    });
  });
});

describe('records of several blocks', () => {
  const record = (x: number, post: bigint, excitatoryProbability: number, confidence: number) =>
    ({
      id: String(16 * x),
      siteId: String(x),
      cleftPoint: [4, 4, x],
      prePoint: [4, 3, x],
      postPoint: [4, 5, x],
      preSegment: '1',
      postSegment: String(post),
      kind: 'excitatory',
      excitatoryProbability,
      confidence,
      directionCertainty: 1,
      cleftVoxels: 50,
      areaNm2: 1000 + x,
      unassigned: 'none',
      split: false,
    }) satisfies StoredSynapse;

  it('become synapses by the blocks that are in them, without the doubtful, of one kind by neuron', async () => {
    const run = new Run({
      ...geometryOf([8, 8, 96], [10, 10, 10], [1, 1, 1], gridParameters.parse({})),
      synapseBlock: [8, 8, 32],
    });
    await run.putJson('geometry', run.g);
    await run.putJson('synapse-records', [record(28, 2n, 0.2, 0.9), record(10, 4n, 0.9, 0.1)], '0/0/0');
    await run.putJson('synapse-records', [record(36, 2n, 0.2, 0.5)], '0/0/1');
    await run.putJson('synapse-records', [record(80, 3n, 0.95, 0.8)], '0/0/2');
    await run.execute('synapsemerge', synapsemerge);
    expect([...run.artifacts.get('synapses')!.keys()].sort()).toEqual(['0/0/0+0/0/1', '0/0/2']);
    expect(await run.readJson('synapses', '0/0/0+0/0/1')).toMatchObject([
      {
        id: String(16 * 36),
        pieces: [String(16 * 28)],
        cleftVoxels: 100,
        confidence: 0.9,
        kind: 'inhibitory',
      },
    ]);
    expect(await run.readJson('synapses', '0/0/2')).toMatchObject([
      { id: String(16 * 80), kind: 'inhibitory', excitatoryProbability: 0.95 },
    ]);
    expect(await run.readJson('presynaptic-kinds', 'dataset')).toEqual([
      { segment: '1', excitatory: 0, inhibitory: 2 },
    ]);
  });
});
