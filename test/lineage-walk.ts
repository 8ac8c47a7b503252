import type { DataSource } from 'typeorm';
import type { FileObjectStore } from '@stratome/storage';

/*
 * The lineage of a dataset, walked over the rows of PostgreSQL one stored result at a time: what the answers of the
 * graph are held against. Nothing here is shared with the code that loads the graph.
 */

export interface WalkRow {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly stage: string;
  /** Key of the task that wrote it. */
  readonly task: string;
  readonly taskId: string;
}

interface Input {
  readonly kind: string;
  readonly key: string;
  readonly role: 'pixels' | 'parameters';
}

const nameOf = ({ kind, key }: { kind: string; key: string }) => `${kind} ${key}`;

/** Written by one task, each made from its own inputs only; what it took from the others is in what was written beside it. */
interface OwnInputs {
  readonly of: Readonly<Record<string, (key: string) => readonly string[]>>;
  readonly through?: string;
}

const ofObjects: OwnInputs = {
  of: { 'object-rows': (key) => [key], 'segment-classes': () => [] },
  through: 'objects',
};

const ownInputs: Readonly<Record<string, OwnInputs>> = {
  // Tiles of a section pass through together and do not mix.
  normalised: { of: { tile: (key) => [key] } },
  agglomeration: { of: { 'supervoxel-table': (key) => [key], 'edge-table': () => [] }, through: 'merges' },
  'partner-exclusions': ofObjects,
  'object-natures': ofObjects,
  // The key names the blocks whose records were merged.
  synapses: { of: { 'synapse-records': (key) => key.split('+') }, through: 'presynaptic-kinds' },
};

/** A volume's chunks of one task are one artefact of the graph; of other kinds each task writes one under its key. */
const groupOf = ({ kind, key, task, stage }: WalkRow): string => {
  const volume = /^([^/]+)\/\d+$/.exec(kind)?.[1] ?? kind;
  return kind === 'tile' || kind in ownInputs ? nameOf({ kind, key }) : `${volume} ${stage} ${task}`;
};

export class LineageWalk {
  private readonly byName = new Map<string, WalkRow>();
  private readonly inputs = new Map<string, Input[]>();

  private constructor(
    readonly rows: readonly WalkRow[],
    private readonly store: FileObjectStore,
  ) {
    for (const row of rows) this.byName.set(nameOf(row), row);
  }

  static async at(
    db: DataSource,
    store: FileObjectStore,
    dataset: string,
    revision: number,
  ): Promise<LineageWalk> {
    const rows: WalkRow[] = await db.query(
      `SELECT a.kind, a.key, a.hash, t.stage, t.key AS task, t.id AS "taskId"
       FROM artifact a JOIN task t ON t.id = a.task
       WHERE a.dataset = $1 AND a.from_revision <= $2 AND (a.to_revision IS NULL OR a.to_revision > $2)`,
      [dataset, revision],
    );
    const walk = new LineageWalk(rows, store);
    const inputs: (Input & { task: string })[] = await db.query(
      `SELECT task, kind, key, role FROM task_input WHERE task = ANY($1::uuid[])`,
      [[...new Set(rows.map(({ taskId }) => taskId))]],
    );
    for (const input of inputs) walk.inputs.set(input.task, [...(walk.inputs.get(input.task) ?? []), input]);
    return walk;
  }

  row(kind: string, key: string): WalkRow {
    const row = this.byName.get(nameOf({ kind, key }));
    if (!row) throw new Error(`There is no ${kind} ${key}`);
    return row;
  }

  of(kind: string): WalkRow[] {
    return this.rows.filter((row) => row.kind === kind);
  }

  async read<T>({ hash }: WalkRow): Promise<T> {
    return JSON.parse(Buffer.from(await this.store.get(hash)).toString('utf8')) as T;
  }

  private siblings(row: WalkRow): WalkRow[] {
    return this.rows.filter((other) => groupOf(other) === groupOf(row));
  }

  private sourcesOf(row: WalkRow, pixelsOnly: boolean): WalkRow[] {
    const own = ownInputs[row.kind];
    const beside = (kind: string) => this.rows.filter((r) => r.taskId === row.taskId && r.kind === kind);
    const sources: WalkRow[] = [];
    for (const { kind, key, role } of this.inputs.get(row.taskId) ?? []) {
      const isOwn = !own?.of[kind] || own.of[kind](row.key).includes(key);
      if (!isOwn && own.through) continue;
      if (!pixelsOnly || (role === 'pixels' && isOwn)) sources.push(this.row(kind, key));
    }
    if (pixelsOnly) return sources;
    if (own?.through) sources.push(...beside(own.through));
    // What ingest measures is of the tiles that it archives beside.
    if (row.stage === 'ingest' && row.kind !== 'tile') sources.push(...beside('tile'));
    return sources;
  }

  /** Keys of the tiles whose pixels are in some results. */
  tilesBelow(rows: readonly WalkRow[]): string[] {
    const reached = new Set<WalkRow>();
    const visit = (row: WalkRow) => {
      for (const one of this.siblings(row)) {
        if (reached.has(one)) continue;
        reached.add(one);
        this.sourcesOf(one, true).forEach(visit);
      }
    };
    rows.forEach(visit);
    return [...reached]
      .filter(({ kind }) => kind === 'tile')
      .map(({ key }) => key)
      .sort();
  }

  /** All results that rest on some, by pixels only or by estimates as well. */
  restingOn(rows: readonly WalkRow[], pixelsOnly: boolean): Set<WalkRow> {
    const reached = new Set(rows.flatMap((row) => this.siblings(row)));
    for (let before = -1; before !== reached.size; ) {
      before = reached.size;
      for (const row of this.rows) {
        if (reached.has(row)) continue;
        if (this.sourcesOf(row, pixelsOnly).some((source) => reached.has(source)))
          for (const one of this.siblings(row)) reached.add(one);
      }
    }
    return reached;
  }

  /** How many artefacts of the graph results are, by kind. */
  countByKind(rows: Iterable<WalkRow>): Record<string, number> {
    const groups = new Map<string, string>();
    for (const row of rows) groups.set(groupOf(row), /^([^/]+)\/\d+$/.exec(row.kind)?.[1] ?? row.kind);
    const counts: Record<string, number> = {};
    for (const kind of groups.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }
}
