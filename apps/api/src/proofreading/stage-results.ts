import type { DeadEnd, QueueInput, QueueObject, QueueSynapse } from '@stratome/annotations';
import { StratomeError, type Vec3 } from '@stratome/core';
import { artifactsAt } from '@stratome/operations';
import { decodeTable, type Columns } from '@stratome/pipeline';
import { decodeSkeleton, mapConcurrently, type ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';

/** What of a run's geometry the queue needs. */
export interface WorkingGrid {
  /** Aligned voxels in one working voxel, z, y, x. */
  readonly factors: Vec3;
  readonly workingShape: Vec3;
  readonly workingNm: Vec3;
}

interface StoredObject {
  readonly id: string;
  readonly class: string;
  readonly voxels: number;
  readonly dust: boolean;
  readonly touchesFace: boolean;
}

interface StoredSynapse {
  readonly id: string;
  readonly cleftPoint: Vec3;
  readonly confidence: number;
  readonly unassigned: QueueSynapse['unassigned'];
  readonly preSegment: string;
  readonly postSegment: string;
  readonly preSupervoxel?: string;
  readonly postSupervoxel?: string;
}

/** Reads from the object store at a time. */
const concurrentReads = 8;

/** An end this near a face of the volume is cut off by it, nm. */
const faceMarginNm = 300;

/** What the stages wrote of one revision of a dataset. */
export class StageResults {
  constructor(
    private readonly db: DataSource,
    private readonly store: ObjectStore,
    private readonly dataset: string,
    private readonly revision: number,
  ) {}

  private async contents(kind: string, keys?: readonly string[]): Promise<Uint8Array[]> {
    const rows = await artifactsAt(this.db, this.dataset, this.revision, kind, keys);
    return mapConcurrently(rows, concurrentReads, ({ hash }) => this.store.get(hash));
  }

  private async one(kind: string): Promise<Uint8Array> {
    const [bytes] = await this.contents(kind);
    if (bytes) return bytes;
    throw new StratomeError(
      'notFound',
      `"${this.dataset}" has no ${kind} at revision ${this.revision}.`,
      'The queue needs a dataset that was made by a run.',
    );
  }

  private async json<T>(kind: string): Promise<T[]> {
    const all = await this.contents(kind);
    return all.map((bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')) as T);
  }

  async grid(): Promise<WorkingGrid> {
    return JSON.parse(Buffer.from(await this.one('geometry')).toString('utf8')) as WorkingGrid;
  }

  async tables(): Promise<QueueInput['tables']> {
    const table = async <C extends Columns>(kind: string) => decodeTable<C>(await this.one(kind));
    const parts = async (kind: string) => (await this.contents(kind)).map((bytes) => decodeTable(bytes));
    const mapping = joined(await parts('agglomeration'), 'supervoxel', { supervoxel: 1, segment: 1 });
    const supervoxels = joined(await parts('supervoxel-table'), 'id', { id: 1, box: 6 });
    return {
      decisions: await table('edge-decisions'),
      agglomeration: mapping as unknown as QueueInput['tables']['agglomeration'],
      merges: await table('merges'),
      supervoxels: supervoxels as unknown as QueueInput['tables']['supervoxels'],
    };
  }

  async objects(): Promise<QueueObject[]> {
    return (await this.json<StoredObject[]>('objects'))
      .flat()
      .map(({ id, class: what, voxels, touchesFace }) => ({
        id: BigInt(id),
        voxels,
        neurite: what === 'neurite' || what === 'none',
        touchesFace,
      }));
  }

  async synapses(): Promise<QueueSynapse[]> {
    const supervoxel = (text: string | undefined) => (text === undefined ? undefined : BigInt(text));
    return (await this.json<StoredSynapse[]>('synapses')).flat().map((s) => ({
      id: BigInt(s.id),
      voxel: s.cleftPoint,
      confidence: s.confidence,
      unassigned: s.unassigned,
      preSegment: BigInt(s.preSegment),
      postSegment: BigInt(s.postSegment),
      preSupervoxel: supervoxel(s.preSupervoxel),
      postSupervoxel: supervoxel(s.postSupervoxel),
    }));
  }

  /** Ends of the skeletons of some segments, away from the faces of the volume. */
  async deadEnds(segments: readonly bigint[], { workingShape, workingNm }: WorkingGrid): Promise<DeadEnd[]> {
    const rows = await artifactsAt(this.db, this.dataset, this.revision, 'skeleton', segments.map(String));
    const perSegment = await mapConcurrently(rows, concurrentReads, async ({ key, hash }) => {
      const { verticesNm, edges, radiiNm } = decodeSkeleton(await this.store.get(hash));
      const degree = new Uint32Array(radiiNm.length);
      for (const vertex of edges) degree[vertex]++;
      return [...degree.keys()].flatMap((vertex): DeadEnd[] => {
        const nm = [0, 1, 2].map((k) => verticesNm[3 * vertex + k]);
        const sizeNm = workingShape.map((n, k) => n * workingNm[k]);
        if (degree[vertex] !== 1 || nm.some((v, k) => v < faceMarginNm || v > sizeNm[k] - faceMarginNm))
          return [];
        const [z, y, x] = nm.map((v, k) => Math.min(workingShape[k] - 1, Math.floor(v / workingNm[k])));
        return [{ segment: BigInt(key), voxel: [z, y, x] }];
      });
    });
    return perSegment.flat();
  }
}

/**
 * Tables of blocks as one, in the order of ids: those of a block lie together.
 *
 * @param id the column that names a row
 * @param widths the columns that are wanted, with how many numbers each has a row
 */
function joined(parts: readonly Columns[], id: string, widths: Readonly<Record<string, number>>): Columns {
  const rowsOf = (part: Columns) => part[id].length;
  const filled = parts.filter((part) => rowsOf(part) > 0).sort((a, b) => (a[id][0] < b[id][0] ? -1 : 1));
  const rows = filled.reduce((sum, part) => sum + rowsOf(part), 0);
  return Object.fromEntries(
    Object.entries(widths).map(([name, width]) => {
      const Column = (parts[0]?.[name].constructor ?? BigUint64Array) as BigUint64ArrayConstructor;
      const column = new Column(width * rows);
      let at = 0;
      for (const part of filled) {
        column.set((part[name] as BigUint64Array).subarray(0, width * rowsOf(part)), width * at);
        at += rowsOf(part);
      }
      return [name, column];
    }),
  );
}
