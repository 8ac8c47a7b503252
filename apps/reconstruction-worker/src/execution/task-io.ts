import { StratomeError, type Box, type VoxelArray } from '@stratome/core';
import { decodeTable, encodeTable, type Columns, type ResolvedTask } from '@stratome/pipeline';
import { readBox, writeBlock, type ObjectStore, type VolumeMeta } from '@stratome/storage';

/** A measurement as stage libraries return it: `weight` says how values of one cell are combined. */
export interface CellValue {
  readonly cell: number;
  readonly measure: string;
  readonly value: number;
  readonly weight: number;
}

/**
 * What a task reads and writes, with the time that takes kept apart from compute. Reads go only to the inputs the
 * task was resolved with, so that lineage is what was read and nothing else.
 */
export class TaskIo {
  readonly written: { kind: string; key: string; hash: string; bytes: number }[] = [];
  /** Inputs that were offered and of which nothing is in the result. */
  readonly unused: { kind: string; key: string }[] = [];
  ioMs = 0;
  private underWay = 0;
  private ioSince = 0;

  constructor(
    readonly store: ObjectStore,
    private readonly task: ResolvedTask,
  ) {}

  keys(kind: string): string[] {
    return [...(this.task.inputs.get(kind)?.keys() ?? [])];
  }

  has(kind: string, key: string): boolean {
    return this.task.inputs.get(kind)?.has(key) ?? false;
  }

  /** @throws StratomeError internal when the plan did not name this artefact as an input */
  async read(kind: string, key: string): Promise<Uint8Array> {
    const input = this.task.inputs.get(kind)?.get(key);
    if (!input)
      throw new StratomeError(
        'internal',
        `Task ${this.task.stage} ${this.task.key} did not plan to read ${kind} ${key}.`,
      );
    return this.timed(() => this.store.get(input.hash));
  }

  async readJson<T>(kind: string, key: string): Promise<T> {
    return JSON.parse(Buffer.from(await this.read(kind, key)).toString('utf8')) as T;
  }

  async readTable<C extends Columns>(kind: string, key: string): Promise<C> {
    return decodeTable<C>(await this.read(kind, key));
  }

  /** Reads `box` of a volume at a mip. @throws StratomeError internal when a chunk of it was not among the inputs */
  async readVolume(meta: VolumeMeta, mip: number, box: Box): Promise<VoxelArray> {
    return this.timed(() => readBox(this.store, (kind, key) => this.resolve(kind, key), meta, mip, box));
  }

  /** Reads what the task was given of `box`; chunks that it was not given read as fill value. */
  async readPlanned(meta: VolumeMeta, mip: number, box: Box): Promise<VoxelArray> {
    const given = (kind: string, key: string) => (this.has(kind, key) ? this.resolve(kind, key) : undefined);
    return this.timed(() => readBox(this.store, given, meta, mip, box));
  }

  private resolve(kind: string, key: string): string | undefined {
    const input = this.task.inputs.get(kind)?.get(key);
    if (!input) {
      throw new StratomeError(
        'internal',
        `Task ${this.task.stage} ${this.task.key} did not plan to read ${kind} ${key}.`,
      );
    }
    return input.bytes > 0 ? input.hash : undefined;
  }

  async write(kind: string, key: string, bytes: Uint8Array): Promise<void> {
    const { hash } = await this.timed(() => this.store.put(bytes));
    this.written.push({ kind, key, hash, bytes: bytes.byteLength });
  }

  writeJson(kind: string, key: string, value: unknown): Promise<void> {
    return this.write(kind, key, Buffer.from(JSON.stringify(value)));
  }

  writeTable(kind: string, key: string, columns: Columns): Promise<void> {
    return this.write(kind, key, encodeTable(columns));
  }

  async writeVolume(meta: VolumeMeta, mip: number, box: Box, data: VoxelArray): Promise<void> {
    this.written.push(...(await this.timed(() => writeBlock(this.store, meta, mip, box, data))));
  }

  /** Takes an input out of the lineage: it was read, and nothing of it is in the result. */
  markUnused(kind: string, key: string): void {
    this.unused.push({ kind, key });
  }

  /** Records what the stage measured of its own output, per quality cell. */
  async measure(values: readonly CellValue[]): Promise<void> {
    await this.writeJson(`measures/${this.task.stage}`, this.task.key, values);
  }

  /** Records what the stage measured of its own output, per section: `cell` is the section's z. */
  async measureSections(values: readonly CellValue[]): Promise<void> {
    await this.writeJson(`section-measures/${this.task.stage}`, this.task.key, values);
  }

  /** Counts the time during which anything is read or written, once however much goes on at once. */
  private async timed<T>(work: () => Promise<T>): Promise<T> {
    if (this.underWay++ === 0) this.ioSince = performance.now();
    try {
      return await work();
    } finally {
      if (--this.underWay === 0) this.ioMs += performance.now() - this.ioSince;
    }
  }
}
