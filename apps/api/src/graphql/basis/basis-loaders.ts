import { Injectable } from '@nestjs/common';
import { queries } from '@stratome/connectome';
import { weightUncertainty } from '@stratome/diagnostics';
import DataLoader from 'dataloader';
import { GraphReader } from '../graph-reader.js';
import type { Basis, BasisFlag, BasisQuality, ConnectionUncertainty } from '../types/basis.js';
import { StalenessReader, type Source } from './dataset-lineage.js';

export interface BodyOf {
  readonly dataset: string;
  readonly bodyId: bigint;
}

export interface SiteOf {
  readonly dataset: string;
  readonly siteId: bigint;
}

export interface PairOf {
  readonly dataset: string;
  readonly preBodyId: bigint;
  readonly postBodyId: bigint;
}

export interface VoxelOf {
  readonly dataset: string;
  readonly z: number;
  readonly y: number;
  readonly x: number;
}

/** What an answer was read from, and the cells it lies in with how much of it lies there. */
interface Footing {
  readonly sources: readonly Source[];
  readonly cells: ReadonlyMap<string, number>;
}

interface CellRow {
  readonly cellKey: string;
  readonly sites: bigint;
}

const pairName = ({ preBodyId, postBodyId }: Omit<PairOf, 'dataset'>) => `${preBodyId}:${postBodyId}`;

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
  ) {}

  loadersOf(context: object): BasisLoaders {
    let loaders = this.byRequest.get(context);
    if (!loaders) this.byRequest.set(context, (loaders = this.createLoaders()));
    return loaders;
  }

  private createLoaders(): BasisLoaders {
    const perDataset =
      <K extends { readonly dataset: string }, V>(
        load: (dataset: string, keys: readonly K[]) => Promise<V[]>,
      ) =>
      async (keys: readonly K[]): Promise<V[]> => {
        const answers = new Map<K, V>();
        for (const dataset of new Set(keys.map((key) => key.dataset))) {
          const group = keys.filter((key) => key.dataset === dataset);
          const loaded = await load(dataset, group);
          group.forEach((key, n) => answers.set(key, loaded[n]));
        }
        return keys.map((key) => answers.get(key)!);
      };
    return {
      neurons: new DataLoader(
        perDataset<BodyOf, Basis>((d, k) => this.ofNeurons(d, k)),
        {
          cacheKeyFn: ({ dataset, bodyId }) => `${dataset}:${bodyId}`,
        },
      ),
      synapses: new DataLoader(
        perDataset<SiteOf, Basis>((d, k) => this.ofSynapses(d, k)),
        {
          cacheKeyFn: ({ dataset, siteId }) => `${dataset}:${siteId}`,
        },
      ),
      connections: new DataLoader(
        perDataset<PairOf, Basis>((d, k) => this.ofConnections(d, k)),
        {
          cacheKeyFn: (key) => `${key.dataset}:${pairName(key)}`,
        },
      ),
      uncertainties: new DataLoader(
        perDataset<PairOf, ConnectionUncertainty | null>((d, k) => this.uncertaintiesOf(d, k)),
        { cacheKeyFn: (key) => `${key.dataset}:${pairName(key)}` },
      ),
    };
  }

  private async ofNeurons(dataset: string, keys: readonly BodyOf[]): Promise<Basis[]> {
    const bodyIds = keys.map(({ bodyId }) => bodyId);
    const [sources, cells] = await Promise.all([
      this.reader.run(queries.neuronSources, { dataset, bodyIds }),
      this.reader.run(queries.neuronCells, { dataset, bodyIds }),
    ]);
    return this.combine(
      dataset,
      footings(bodyIds.map(String), sources, cells, ({ bodyId }) => String(bodyId)),
    );
  }

  private async ofSynapses(dataset: string, keys: readonly SiteOf[]): Promise<Basis[]> {
    const siteIds = keys.map(({ siteId }) => siteId);
    const [sources, cells] = await Promise.all([
      this.reader.run(queries.synapseSources, { dataset, siteIds }),
      this.reader.run(queries.synapseCells, { dataset, siteIds }),
    ]);
    return this.combine(
      dataset,
      footings(siteIds.map(String), sources, cells, ({ siteId }) => String(siteId)),
    );
  }

  private async ofConnections(dataset: string, keys: readonly PairOf[]): Promise<Basis[]> {
    const pairs = keys.map(({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId }));
    const [sources, cells] = await Promise.all([
      this.reader.run(queries.connectionSources, { dataset, pairs }),
      this.reader.run(queries.connectionCells, { dataset, pairs }),
    ]);
    return this.combine(dataset, footings(pairs.map(pairName), sources, cells, pairName));
  }

  private async uncertaintiesOf(
    dataset: string,
    keys: readonly PairOf[],
  ): Promise<(ConnectionUncertainty | null)[]> {
    const { revision } = await this.reader.dataset(dataset);
    const pairs = keys.map(({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId }));
    const rows = await this.reader.run(queries.connectionUncertainty, { dataset, pairs, revision });
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

  /** Of an answer of a past revision: which one, and that it was replaced. Cells and flags are of the head alone. */
  async ofPast(dataset: string, pinned: number): Promise<Basis> {
    const { revision, epoch } = await this.reader.dataset(dataset);
    const message = `It is of revision ${pinned}; readers see revision ${revision}.`;
    const reasons = [{ cause: 'replaced', stage: null, runId: null, message }];
    const stale = { isStale: true, reasons };
    return { revision: BigInt(pinned), epoch, stale, flags: [], quality: [] };
  }

  /** On what anything that a dataset answers rests. */
  async ofDataset(dataset: string): Promise<Basis> {
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

function groupBy<T>(rows: readonly T[], nameOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group) group.push(row);
    else groups.set(nameOf(row), [row]);
  }
  return groups;
}

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

function meansOver(
  cells: Footing['cells'],
  measured: ReadonlyMap<string, readonly queries.QualityOfCellsRow[]>,
): BasisQuality[] {
  const sums = new Map<string, Omit<BasisQuality, 'value'> & { total: number; weight: number }>();
  for (const [cellKey, sites] of cells) {
    for (const { layer, measure, unit, value } of measured.get(cellKey) ?? []) {
      const name = `${layer} ${measure}`;
      const sum = sums.get(name) ?? { layer, measure, unit, cells: 0n, total: 0, weight: 0 };
      sums.set(name, {
        ...sum,
        cells: sum.cells + 1n,
        total: sum.total + sites * value,
        weight: sum.weight + sites,
      });
    }
  }
  return [...sums.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { layer, measure, unit, cells: count, total, weight }]) => ({
      layer,
      measure,
      unit,
      cells: count,
      value: total / weight,
    }));
}

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
