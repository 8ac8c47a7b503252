import { queries, type Query as Statement } from '@stratome/connectome';
import DataLoader from 'dataloader';
import type { MaskAsked } from './arguments.js';
import type { GraphReader } from './graph-reader.js';
import { toNeuron } from './rows.js';
import type { NeuronFlag } from './types/flag.js';
import type { Neuron, Partner } from './types/neuron.js';

export interface PartnersOf {
  readonly dataset: string;
  /** The revision the request is pinned to. */
  readonly pinned?: number;
  readonly bodyId: bigint;
  readonly direction: 'upstream' | 'downstream';
  readonly minWeight: bigint;
  readonly limit: number;
  readonly mask: MaskAsked;
}

interface BodyOf {
  readonly dataset: string;
  readonly pinned?: number;
  readonly bodyId: bigint;
}

interface CellOf {
  readonly dataset: string;
  readonly pinned?: number;
  readonly cellKey: string;
}

interface SiteOf {
  readonly dataset: string;
  readonly pinned?: number;
  readonly siteId: bigint;
}

/** Answers that one request asks for many times, gathered into one statement each. */
export interface Loaders {
  readonly partners: DataLoader<PartnersOf, Partner[], string>;
  readonly neurons: DataLoader<BodyOf, Neuron | null, string>;
  /** Ids of the flags on a quality cell. */
  readonly cellFlags: DataLoader<CellOf, readonly string[], string>;
  /** Ids of the flags on the cell of a synapse. */
  readonly synapseFlags: DataLoader<SiteOf, readonly string[], string>;
  readonly neuronFlags: DataLoader<BodyOf, NeuronFlag[], string>;
}

/** Groups keys that one statement can answer. */
function groupBy<K>(keys: readonly K[], name: (key: K) => string): K[][] {
  const groups = new Map<string, K[]>();
  for (const key of keys) groups.set(name(key), [...(groups.get(name(key)) ?? []), key]);
  return [...groups.values()];
}

const stateName = ({ dataset, pinned }: { readonly dataset: string; readonly pinned?: number }) =>
  `${dataset}@${pinned ?? 'head'}`;
const bodyName = (key: BodyOf) => `${stateName(key)}:${key.bodyId}`;
const question = (key: PartnersOf) =>
  `${stateName(key)}:${key.direction}:${key.minWeight}:${key.limit}:${key.mask.maskFlagged ?? ''}:${key.mask.minConfidence ?? ''}`;
const partnerName = (key: PartnersOf) => `${question(key)}:${key.bodyId}`;

/** The ends of the connection between a neuron and a partner of it. */
export const connectionEnds = (direction: PartnersOf['direction'], bodyId: bigint, partnerId: bigint) =>
  direction === 'upstream'
    ? { preBodyId: partnerId, postBodyId: bodyId }
    : { preBodyId: bodyId, postBodyId: partnerId };

async function loadPartners(reader: GraphReader, keys: readonly PartnersOf[]): Promise<Partner[][]> {
  const found = new Map<string, Partner[]>(keys.map((key) => [partnerName(key), []]));
  for (const group of groupBy(keys, question)) {
    const { dataset, pinned, direction, minWeight, limit } = group[0];
    const [head, at] =
      direction === 'upstream'
        ? [queries.upstreamPartners, queries.upstreamPartnersAt]
        : [queries.downstreamPartners, queries.downstreamPartnersAt];
    const asked = {
      dataset,
      minWeight,
      limit,
      bodyIds: group.map((key) => key.bodyId),
    };
    const mask = await reader.mask(dataset, group[0].mask, pinned);
    const rows = await reader.rowsAt(head, at, { ...asked, ...mask }, pinned);
    for (const { bodyId, ...partner } of rows) {
      const ends = connectionEnds(direction, bodyId, partner.partnerId);
      found.get(partnerName({ ...group[0], bodyId }))?.push({ dataset, pinned, ...ends, ...partner });
    }
  }
  return keys.map((key) => found.get(partnerName(key))!);
}

async function loadNeurons(reader: GraphReader, keys: readonly BodyOf[]): Promise<(Neuron | null)[]> {
  const found = new Map<string, Neuron>();
  for (const group of groupBy(keys, stateName)) {
    const { dataset, pinned } = group[0];
    const asked = { dataset, bodyIds: group.map((key) => key.bodyId) };
    const rows = await reader.rowsAt(queries.neuronsById, queries.neuronsByIdAt, asked, pinned);
    for (const row of rows)
      found.set(bodyName({ dataset, pinned, bodyId: row.bodyId }), toNeuron(dataset, row, pinned));
  }
  return keys.map((key) => found.get(bodyName(key)) ?? null);
}

const cellName = (key: CellOf) => `${stateName(key)}:${key.cellKey}`;
const siteName = (key: SiteOf) => `${stateName(key)}:${key.siteId}`;

async function loadCellFlags(reader: GraphReader, keys: readonly CellOf[]): Promise<(readonly string[])[]> {
  const found = new Map<string, readonly string[]>();
  for (const group of groupBy(keys, stateName)) {
    const { dataset, pinned } = group[0];
    const cellKeys = group.map((key) => key.cellKey);
    const flags =
      pinned === undefined
        ? (await reader.run(queries.flagsOfCells, { dataset, cellKeys })).map(
            ({ cellKey, flagIds }) => [cellKey, flagIds] as const,
          )
        : await reader.pastFlags.onCells(dataset, pinned, cellKeys);
    for (const [cellKey, flagIds] of flags) found.set(cellName({ dataset, pinned, cellKey }), flagIds);
  }
  return keys.map((key) => found.get(cellName(key)) ?? []);
}

/** What a query tells of quality cells at a revision, with the flags that held on each cell. */
async function withPastFlags<
  Params extends { readonly dataset: string; readonly revision: bigint },
  Row extends { readonly cellKey: string },
>(reader: GraphReader, query: Statement<Params, Row>, asked: Params) {
  const { dataset, revision } = asked;
  const rows = await reader.steadily(dataset, () => reader.run(query, asked));
  const cellKeys = rows.map(({ cellKey }) => cellKey);
  const flags = await reader.pastFlags.onCells(dataset, Number(revision), cellKeys);
  return rows.map((row) => ({ ...row, flagIds: flags.get(row.cellKey) ?? [] }));
}

async function loadSynapseFlags(
  reader: GraphReader,
  keys: readonly SiteOf[],
): Promise<(readonly string[])[]> {
  const found = new Map<string, readonly string[]>();
  for (const group of groupBy(keys, stateName)) {
    const { dataset, pinned } = group[0];
    const siteIds = group.map((key) => key.siteId);
    const rows =
      pinned === undefined
        ? await reader.run(queries.flagsOfSynapses, { dataset, siteIds })
        : await withPastFlags(reader, queries.synapseCellsAt, { dataset, revision: BigInt(pinned), siteIds });
    for (const { siteId, flagIds } of rows) found.set(siteName({ dataset, pinned, siteId }), flagIds);
  }
  return keys.map((key) => found.get(siteName(key)) ?? []);
}

async function loadNeuronFlags(reader: GraphReader, keys: readonly BodyOf[]): Promise<NeuronFlag[][]> {
  const found = new Map<string, NeuronFlag[]>(keys.map((key) => [bodyName(key), []]));
  for (const group of groupBy(keys, stateName)) {
    const { dataset, pinned } = group[0];
    const bodyIds = group.map((key) => key.bodyId);
    const rows =
      pinned === undefined
        ? await reader.run(queries.flagsOfNeurons, { dataset, bodyIds })
        : await pastNeuronFlags(reader, dataset, pinned, bodyIds);
    for (const { bodyId, ...flag } of rows) found.get(bodyName({ dataset, pinned, bodyId }))?.push(flag);
  }
  return keys.map((key) => found.get(bodyName(key))!);
}

async function pastNeuronFlags(reader: GraphReader, dataset: string, pinned: number, bodyIds: bigint[]) {
  const asked = { dataset, revision: BigInt(pinned), bodyIds };
  const cells = await withPastFlags(reader, queries.neuronSiteCellsAt, asked);
  const sums = new Map<string, NeuronFlag & { bodyId: bigint }>();
  for (const { bodyId, sites, flagIds } of cells)
    for (const flagId of flagIds) {
      const sum = sums.get(`${bodyId} ${flagId}`) ?? { bodyId, flagId, synapses: 0n };
      sums.set(`${bodyId} ${flagId}`, { ...sum, synapses: sum.synapses + sites });
    }
  return [...sums.values()];
}

function createLoaders(reader: GraphReader): Loaders {
  return {
    partners: new DataLoader((keys) => loadPartners(reader, keys), { cacheKeyFn: partnerName }),
    neurons: new DataLoader((keys) => loadNeurons(reader, keys), { cacheKeyFn: bodyName }),
    cellFlags: new DataLoader((keys) => loadCellFlags(reader, keys), { cacheKeyFn: cellName }),
    synapseFlags: new DataLoader((keys) => loadSynapseFlags(reader, keys), { cacheKeyFn: siteName }),
    neuronFlags: new DataLoader((keys) => loadNeuronFlags(reader, keys), { cacheKeyFn: bodyName }),
  };
}

const byRequest = new WeakMap<object, Loaders>();

/** The loaders of one request: what they remember must not outlive it. */
export function loadersOf(context: object, reader: GraphReader): Loaders {
  let loaders = byRequest.get(context);
  if (!loaders) byRequest.set(context, (loaders = createLoaders(reader)));
  return loaders;
}
