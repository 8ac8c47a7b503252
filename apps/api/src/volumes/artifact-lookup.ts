import { artifactsAt } from '@stratome/operations';
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';

interface Asked {
  readonly kind: string;
  readonly key: string;
}

/** Finds the content of artefacts at one revision; those asked for together are looked up in one statement a kind. */
export class ArtifactLookup {
  private readonly loader = new DataLoader<Asked, string | undefined>((asked) => this.find(asked), {
    cache: false,
    maxBatchSize: 500,
  });

  constructor(
    private readonly db: DataSource,
    private readonly dataset: string,
    private readonly revision: number,
  ) {}

  /** @returns undefined where there is no such artefact */
  hashOf(kind: string, key: string): Promise<string | undefined> {
    return this.loader.load({ kind, key });
  }

  private async find(asked: readonly Asked[]): Promise<(string | undefined)[]> {
    const found = new Map<string, Map<string, string>>();
    for (const kind of new Set(asked.map((one) => one.kind))) {
      const keys = asked.filter((one) => one.kind === kind).map((one) => one.key);
      const rows = await artifactsAt(this.db, this.dataset, this.revision, kind, keys);
      found.set(kind, new Map(rows.map((row) => [row.key, row.hash])));
    }
    return asked.map(({ kind, key }) => found.get(kind)?.get(key));
  }
}
