import { Injectable } from '@nestjs/common';
import { queries } from '@stratome/connectome';
import { weightUncertainty } from '@stratome/diagnostics';
import DataLoader from 'dataloader';
import { GraphReader } from '../graph-reader.js';
import type { Basis, BasisFlag, ConnectionUncertainty } from '../types/basis.js';
import { groupBy, meansOver, pairName, type CellCounts, type PairIds } from './cells-of-answers.js';
import { StalenessReader, type Source } from './dataset-lineage.js';
import { PastBasisReader } from './past-basis.js';

/** Of which dataset, and the revision that the request is pinned to. */
interface Where {
  readonly dataset: string;
  readonly pinned?: number;
}

export interface BodyOf extends Where {
  readonly bodyId: bigint;
}

export interface SiteOf extends Where {
  readonly siteId: bigint;
}

export interface PairOf extends Where, PairIds {}

export interface VoxelOf {
  readonly dataset: string;
  readonly z: number;
  readonly y: number;
  readonly x: number;
}

/** What an answer was read from, and the cells it lies in with how much of it lies there. */
interface Footing {
  readonly sources: readonly Source[];
  readonly cells: CellCounts;
}

interface CellRow {
  readonly cellKey: string;
  readonly sites: bigint;
}

const stateName = ({ dataset, pinned }: Where) => `${dataset}@${pinned ?? 'head'}`;

function footings<S extends Source, C extends CellRow>(
  names: readonly string[],
  sources: readonly S[],
  cells: readonly C[],
  nameOf: (row: S | C) => string,
): Footing[] {
  const found = new Map(
    names.map((name) => [name, { sources: [] as S[], cells: new Map<string, number>() }]),
  );
  for (const row of sources) found.get(nameOf(row))?.sources.push(row);
  for (const row of cells) found.get(nameOf(row))?.cells.set(row.cellKey, Number(row.sites));
  return names.map((name) => found.get(name)!);
}

/** The loaders of one request: what they remember must not outlive it. */
export interface BasisLoaders {
  readonly neurons: DataLoader<BodyOf, Basis, string>;
  readonly synapses: DataLoader<SiteOf, Basis, string>;
  readonly connections: DataLoader<PairOf, Basis, string>;
  readonly uncertainties: DataLoader<PairOf, ConnectionUncertainty | null, string>;
}

/** Works out on what answers rest, those of one request together. */
@Injectable()
export class BasisReader {
  private readonly byRequest = new WeakMap<object, BasisLoaders>();

  constructor(
    private readonly reader: GraphReader,
    private readonly staleness: StalenessReader,
    private readonly past: PastBasisReader,
  ) {}

  loadersOf(context: object): BasisLoaders {
    let loaders = this.byRequest.get(context);
    if (!loaders) this.byRequest.set(context, (loaders = this.createLoaders()));
    return loaders;
  }

  private createLoaders(): BasisLoaders {
    const perState =
      <K extends Where, V>(load: (where: Where, keys: readonly K[]) => Promise<V[]>) =>
      async (keys: readonly K[]): Promise<V[]> => {
        const answers = new Map<K, V>();
        for (const group of groupBy(keys, stateName).values()) {
          const loaded = await load(group[0], group);
          group.forEach((key, n) => answers.set(key, loaded[n]));
        }
        return keys.map((key) => answers.get(key)!);
      };
    return {
      neurons: new DataLoader(
        perState<BodyOf, Basis>((where, keys) => this.ofNeurons(where, keys)),
        { cacheKeyFn: (key) => `${stateName(key)}:${key.bodyId}` },
      ),
      synapses: new DataLoader(
        perState<SiteOf, Basis>((where, keys) => this.ofSynapses(where, keys)),
        { cacheKeyFn: (key) => `${stateName(key)}:${key.siteId}` },
      ),
      connections: new DataLoader(
        perState<PairOf, Basis>((where, keys) => this.ofConnections(where, keys)),
        { cacheKeyFn: (key) => `${stateName(key)}:${pairName(key)}` },
      ),
      uncertainties: new DataLoader(
        perState<PairOf, ConnectionUncertainty | null>((where, keys) => this.uncertaintiesOf(where, keys)),
        { cacheKeyFn: (key) => `${stateName(key)}:${pairName(key)}` },
      ),
    };
  }

  private async ofNeurons({ dataset, pinned }: Where, keys: readonly BodyOf[]): Promise<Basis[]> {
    const bodyIds = keys.map(({ bodyId }) => bodyId);
    if (pinned !== undefined) return this.past.ofNeurons(dataset, pinned, bodyIds);
    const [sources, cells] = await Promise.all([
      this.reader.run(queries.neuronSources, { dataset, bodyIds }),
      this.reader.run(queries.neuronCells, { dataset, bodyIds }),
    ]);
    return this.combine(
      dataset,
      footings(bodyIds.map(String), sources, cells, ({ bodyId }) => String(bodyId)),
    );
  }

  private async ofSynapses({ dataset, pinned }: Where, keys: readonly SiteOf[]): Promise<Basis[]> {
    const siteIds = keys.map(({ siteId }) => siteId);
    if (pinned !== undefined) return this.past.ofSynapses(dataset, pinned, siteIds);
    const [sources, cells] = await Promise.all([
      this.reader.run(queries.synapseSources, { dataset, siteIds }),
      this.reader.run(queries.synapseCells, { dataset, siteIds }),
    ]);
    return this.combine(
      dataset,
      footings(siteIds.map(String), sources, cells, ({ siteId }) => String(siteId)),
    );
  }

  private async ofConnections({ dataset, pinned }: Where, keys: readonly PairOf[]): Promise<Basis[]> {
    if (pinned !== undefined) return this.past.ofConnections(dataset, pinned, keys);
    const pairs = keys.map(({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId }));
    const [sources, cells] = await Promise.all([
      this.reader.run(queries.connectionSources, { dataset, pairs }),
      this.reader.run(queries.connectionCells, { dataset, pairs }),
    ]);
    return this.combine(dataset, footings(pairs.map(pairName), sources, cells, pairName));
  }

  private async uncertaintiesOf(
    { dataset, pinned }: Where,
    keys: readonly PairOf[],
  ): Promise<(ConnectionUncertainty | null)[]> {
    const pairs = keys.map(({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId }));
    const rows =
      pinned === undefined
        ? await this.reader.run(queries.connectionUncertainty, {
            dataset,
            pairs,
            revision: (await this.reader.dataset(dataset)).revision,
          })
        : await this.past.uncertaintiesOf(dataset, pinned, pairs);
    const found = new Map(rows.map((row) => [pairName(row), toUncertainty(row)]));
    return pairs.map((pair) => found.get(pairName(pair)) ?? null);
  }

  /** On what a voxel of the segmentation rests. */
  async ofVoxel({ dataset, z, y, x }: VoxelOf, revision: bigint): Promise<Basis> {
    const asked = { dataset, volume: 'segmentation', revision, z, y, x };
    const [row] = await this.reader.run(queries.pointBasis, asked);
    const cells = new Map(row?.cellKey ? [[row.cellKey, 1]] : []);
    return (await this.combine(dataset, [{ sources: row?.sources ?? [], cells }]))[0];
  }

  /** On what anything that a dataset answers rests. */
  async ofDataset(dataset: string, pinned?: number): Promise<Basis> {
    if (pinned !== undefined) return this.past.ofDataset(dataset, pinned);
    const { revision, epoch } = await this.reader.dataset(dataset);
    const [reasons, flags, quality] = await Promise.all([
      this.staleness.reasonsAnywhere(dataset),
      this.reader.run(queries.flags, { dataset }),
      this.reader.run(queries.qualityOfDataset, { dataset, revision }),
    ]);
    return {
      revision,
      epoch,
      stale: { isStale: reasons.length > 0, reasons },
      flags: flags.map((flag) => toFlag(flag, flag.cells)),
      quality,
    };
  }

  private async combine(dataset: string, answers: readonly Footing[]): Promise<Basis[]> {
    const { revision, epoch } = await this.reader.dataset(dataset);
    const cellKeys = [...new Set(answers.flatMap(({ cells }) => [...cells.keys()]))];
    const [reasons, measured, flagged] = await Promise.all([
      this.staleness.reasonsFor(
        dataset,
        revision,
        answers.map(({ sources }) => sources),
      ),
      this.reader.run(queries.qualityOfCells, { dataset, cellKeys, revision }),
      this.reader.run(queries.flagsOfCells, { dataset, cellKeys }),
    ]);
    const quality = groupBy(measured, byCell);
    const onCells = new Map(flagged.map(({ cellKey, flagIds }) => [cellKey, flagIds]));
    const all = flagged.length > 0 ? await this.reader.run(queries.flags, { dataset }) : [];
    const flags = new Map(all.map((flag) => [flag.flagId, flag]));
    return answers.map(({ cells }, n) => ({
      revision,
      epoch,
      stale: { isStale: reasons[n].length > 0, reasons: reasons[n] },
      flags: countFlags(cells, onCells, flags),
      quality: meansOver(cells, quality),
    }));
  }
}

const byCell = ({ cellKey }: { readonly cellKey: string }) => cellKey;

/** How many of the cells each flag is on, in the order of its id. */
function countFlags(
  cells: Footing['cells'],
  flagged: ReadonlyMap<string, readonly string[]>,
  flags: ReadonlyMap<string, queries.FlagsRow>,
): BasisFlag[] {
  const counts = new Map<string, bigint>();
  for (const cellKey of cells.keys())
    for (const flagId of flagged.get(cellKey) ?? []) counts.set(flagId, (counts.get(flagId) ?? 0n) + 1n);
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([flagId, count]) => {
      const flag = flags.get(flagId);
      return flag ? [toFlag(flag, count)] : [];
    });
}

const toFlag = ({ flagId, reason, severity, layer }: queries.FlagsRow, cells: bigint): BasisFlag => ({
  flagId,
  reason,
  severity,
  layer,
  cells,
});

function toUncertainty(row: queries.ConnectionUncertaintyRow): ConnectionUncertainty {
  const { expected, ...rest } = weightUncertainty(row.confidences);
  return {
    expectedWeight: expected,
    ...rest,
    contacts: BigInt(row.confidences.length),
    uncalibrated: row.uncalibrated,
    preMargin: row.preMargin,
    postMargin: row.postMargin,
  };
}
