import { artifactsAt, artifactsOfStage, type ArtifactsOf } from '@stratome/operations';
import type { DataSource } from 'typeorm';

export interface TrialArtifact {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly bytes: number;
}

const nameOf = ({ kind, key }: Pick<TrialArtifact, 'kind' | 'key'>) => `${kind}\n${key}`;

/** The artefacts of a revision, and over them those that a trial made instead. Nothing of it is on record. */
export class TrialArtifacts {
  /** By kind and key; null where the trial no longer makes one. */
  private readonly own = new Map<string, Map<string, TrialArtifact | null>>();

  constructor(
    private readonly db: DataSource,
    private readonly dataset: string,
    private readonly revision: number,
  ) {}

  readonly artifactsOf: ArtifactsOf = async (kind, keys) => {
    const rows = await artifactsAt(this.db, this.dataset, this.revision, kind, keys);
    const own = this.own.get(kind);
    if (!own) return rows;
    const kept = rows.filter(({ key }) => !own.has(key));
    const made = [...own].flatMap(([key, row]) => (row && (!keys || keys.includes(key)) ? [row] : []));
    return [...kept, ...made].sort((a, b) => (a.key < b.key ? -1 : 1));
  };

  /** Takes what all tasks of a stage made for what the stage's tasks have on record. */
  async replaceStage(stage: string, made: readonly TrialArtifact[]): Promise<void> {
    const now = new Map(made.map((row) => [nameOf(row), row]));
    const before = await artifactsOfStage(this.db, this.dataset, this.revision, stage);
    for (const row of before) if (!now.has(nameOf(row))) this.set(row, null);
    const hashes = new Map(before.map((row) => [nameOf(row), row.hash]));
    for (const row of made) if (hashes.get(nameOf(row)) !== row.hash) this.set(row, row);
  }

  /** Keys of a kind that differ from the revision, with the content before and in the trial. */
  async changesOf(kind: string): Promise<{ key: string; before: string | null; after: string | null }[]> {
    const own = this.own.get(kind);
    if (!own) return [];
    const rows = await artifactsAt(this.db, this.dataset, this.revision, kind, [...own.keys()]);
    const hashes = new Map(rows.map(({ key, hash }) => [key, hash]));
    return [...own].map(([key, row]) => ({ key, before: hashes.get(key) ?? null, after: row?.hash ?? null }));
  }

  private set({ kind, key }: Pick<TrialArtifact, 'kind' | 'key'>, row: TrialArtifact | null): void {
    const keys = this.own.get(kind) ?? new Map<string, TrialArtifact | null>();
    keys.set(key, row);
    this.own.set(kind, keys);
  }
}
