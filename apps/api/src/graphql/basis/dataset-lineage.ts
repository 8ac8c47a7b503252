import { Inject, Injectable } from '@nestjs/common';
import { queries, refId, refOf } from '@stratome/connectome';
import { Dataset } from '@stratome/operations';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { GraphReader } from '../graph-reader.js';
import { databaseToken, modelFolderToken, storeToken } from '../tokens.js';
import type { StaleReason } from '../types/basis.js';
import { ModelFolder, type RegisteredModels } from './registered-models.js';
import { reasonsOfRun, upstreamOf, type RunFacts } from './staleness.js';

/** An artefact that an answer was read from. */
export interface Source {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly lastRevision: bigint;
  readonly runIds: readonly string[];
}

/** What is known of a dataset's lineage at one epoch. */
interface DatasetLineage {
  readonly epoch: bigint;
  readonly runs: readonly RunFacts[];
  /** Ids of tiles whose file in the graph is not the one of the manifest. */
  readonly otherTiles: readonly string[];
  /** Runs that each run read from; asked for only when some run is stale. */
  sources?: Promise<ReadonlyMap<string, readonly string[]>>;
}

const mostRuns = 10_000;
const pageRows = 5000;

/** Says of answers whether they would be others now, by what made them. What a dataset's epoch fixes is read once. */
@Injectable()
export class StalenessReader {
  private readonly known = new Map<string, Promise<DatasetLineage>>();

  constructor(
    private readonly reader: GraphReader,
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
    @Inject(modelFolderToken) private readonly folder: ModelFolder,
  ) {}

  /** The reasons for each of several answers, in their order. */
  async reasonsFor(
    dataset: string,
    revision: bigint,
    answers: readonly (readonly Source[])[],
  ): Promise<StaleReason[][]> {
    const [lineage, [{ lineageRevision }]] = await Promise.all([
      this.lineageOf(dataset),
      this.reader.run(queries.lineageRevision, { dataset, revision }),
    ]);
    const ofRun = await this.staleRuns(dataset, lineage);
    const tiles = await this.otherTilesOf(dataset, lineage, answers.flat());
    return answers.map((sources) => {
      const reasons = [
        ...new Set(sources.flatMap(({ runIds }) => runIds.flatMap((runId) => ofRun(runId)))),
        ...sources.filter((s) => s.lastRevision < lineageRevision).map(replaced),
      ];
      const files = new Set(sources.flatMap((source) => tiles.get(refId(source)) ?? []));
      return [...reasons, ...[...files].sort().map(otherTile)];
    });
  }

  /** The reasons that hold anywhere in the dataset. */
  async reasonsAnywhere(dataset: string): Promise<StaleReason[]> {
    const lineage = await this.lineageOf(dataset);
    const models = await this.folder.models();
    return [
      ...lineage.runs.flatMap((run) => reasonsOfRun(run, models)),
      ...lineage.otherTiles.map(otherTile),
    ];
  }

  private async lineageOf(dataset: string): Promise<DatasetLineage> {
    const { epoch, revision } = await this.reader.dataset(dataset);
    const known = await this.known.get(dataset)?.catch(() => undefined);
    if (known?.epoch === epoch) return known;
    const read = this.read(dataset, epoch, revision);
    this.known.set(dataset, read);
    return read;
  }

  private async read(dataset: string, epoch: bigint, revision: bigint): Promise<DatasetLineage> {
    const runs = await this.reader.run(queries.stageRuns, { dataset, stage: null, limit: mostRuns });
    return { epoch, runs, otherTiles: await this.readOtherTiles(dataset, revision) };
  }

  private async readOtherTiles(dataset: string, revision: bigint): Promise<string[]> {
    const manifest = await this.readManifest(dataset);
    const others: string[] = [];
    for (let after = { afterKey: '', afterHash: '' }; manifest; ) {
      const asked = { dataset, revision, afterKind: 'tile', ...after, limit: pageRows };
      const page = await this.reader.run(queries.artifactPage, asked);
      const tiles = page.filter(({ kind }) => kind === 'tile');
      for (const { key, hash } of tiles) if (manifest.get(key) !== hash) others.push(key);
      if (tiles.length < pageRows) break;
      const { key, hash } = tiles[tiles.length - 1];
      after = { afterKey: key, afterHash: hash };
    }
    return others;
  }

  /** Hashes of files by tile; undefined for a dataset that was not made from tiles here. */
  private async readManifest(dataset: string): Promise<Map<string, string> | undefined> {
    const row = await this.db.getRepository(Dataset).findOneBy({ name: dataset });
    const bytes = row && (await this.store.get(row.manifestHash).catch(() => undefined));
    if (!bytes) return undefined;
    const { sections } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      sections: { tiles: { id: string; sha256: string }[] }[];
    };
    return new Map(sections.flatMap(({ tiles }) => tiles.map(({ id, sha256 }) => [id, sha256] as const)));
  }

  /** The reasons behind what a run wrote: its own, and those of the runs that it read from. */
  private async staleRuns(
    dataset: string,
    lineage: DatasetLineage,
  ): Promise<(runId: string) => StaleReason[]> {
    const own = ownReasons(lineage.runs, await this.folder.models());
    if (own.size === 0) return () => [];
    lineage.sources ??= this.readSources(dataset, lineage.runs);
    const sources = await lineage.sources;
    const known = new Map<string, StaleReason[]>();
    return (runId) => {
      let reasons = known.get(runId);
      if (!reasons) {
        reasons = [...upstreamOf([runId], sources)].flatMap((id) => own.get(id) ?? []);
        known.set(runId, reasons);
      }
      return reasons;
    };
  }

  private async readSources(
    dataset: string,
    runs: readonly RunFacts[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const runIds = runs.map(({ runId }) => runId);
    const sources = new Map<string, string[]>();
    for (const { runId, sourceRunId } of await this.reader.run(queries.runInputs, { dataset, runIds }))
      sources.set(runId, [...(sources.get(runId) ?? []), sourceRunId]);
    return sources;
  }

  private async otherTilesOf(
    dataset: string,
    { otherTiles }: DatasetLineage,
    sources: readonly Source[],
  ): Promise<Map<string, readonly string[]>> {
    if (otherTiles.length === 0 || sources.length === 0) return new Map();
    const asked = [...new Map(sources.map((source) => [refId(source), refOf(source)])).values()];
    const rows = await this.reader.run(queries.artifactsOnTiles, {
      dataset,
      tileIds: otherTiles,
      sources: asked,
    });
    return new Map(rows.map((row) => [refId(row), row.tileIds]));
  }
}

function ownReasons(runs: readonly RunFacts[], models: RegisteredModels): Map<string, StaleReason[]> {
  const own = new Map<string, StaleReason[]>();
  for (const run of runs) {
    const reasons = reasonsOfRun(run, models);
    if (reasons.length > 0) own.set(run.runId, reasons);
  }
  return own;
}

const replaced = ({ kind, key, lastRevision, runIds }: Source): StaleReason => ({
  cause: 'replaced',
  stage: null,
  runId: runIds[0] ?? null,
  message: `The ${kind} ${key} that it was read from was replaced after revision ${lastRevision}.`,
});

const otherTile = (tileId: string): StaleReason => ({
  cause: 'tile',
  stage: 'ingest',
  runId: null,
  message: `The tile ${tileId} it rests on is not the file that the manifest names.`,
});
