import {
  applySynapseCorrections,
  type AddedSynapse,
  type Annotation,
  type SynapseCorrectionContent,
} from '@stratome/annotations';
import {
  differenceOf,
  queries,
  rowFrom,
  sitesOf,
  tallySynapses,
  type ConnectionRow,
  type ConnectivityDelta,
  type Graph,
  type NeuronRow,
  type Point,
  type SynapseRow,
} from '@stratome/connectome';
import { badInput, notFound, type Vec3 } from '@stratome/core';

/** What an edit of synapses rests on. */
export interface SynapseEdit {
  readonly graph: Graph;
  readonly dataset: string;
  /** Nanometres along z, y, x. */
  readonly voxelNm: Vec3;
  /** The body at a voxel of the aligned volume; 0n where there is none. */
  readonly bodyAt: (point: Vec3) => Promise<bigint>;
}

const pairOf = ({ preBodyId, postBodyId }: SynapseRow) => `${preBodyId}:${postBodyId}`;

const hasPair = ({ preBodyId, postBodyId }: SynapseRow) => preBodyId !== null && postBodyId !== null;

/** @throws StratomeError notFound when the head has no such synapse */
export async function requireSynapse(graph: Graph, dataset: string, synapseId: bigint): Promise<SynapseRow> {
  const asked = { dataset, siteIds: [synapseId], preSiteIds: [], setIds: [] };
  const [found] = await graph.run(queries.contactsAround, asked);
  if (found) return rowFrom('synapses', found.row);
  throw notFound(
    `The dataset "${dataset}" has no synapse ${synapseId}.`,
    'synapsesInBox lists them by the id of their postsynaptic site; one that was deleted is not among them.',
  );
}

/** Every contact whose site, pair or count an edit of `synapse` may change. */
async function contactsAround(
  { graph, dataset }: SynapseEdit,
  synapse: SynapseRow | undefined,
  newPair: string | undefined,
): Promise<SynapseRow[]> {
  const pairs = [...(synapse && hasPair(synapse) ? [pairOf(synapse)] : []), ...(newPair ? [newPair] : [])];
  const rows = await graph.run(queries.contactsAround, {
    dataset,
    siteIds: synapse ? [synapse.synapseId] : [],
    preSiteIds: synapse ? [synapse.preSiteId ?? synapse.synapseId] : [],
    setIds: [...new Set(pairs)].map((pair) => `${dataset}:${pair}:post`),
  });
  return rows.map(({ row }) => rowFrom('synapses', row));
}

const corner = ([z, y, x]: Vec3): Point => ({ z, y, x });

/** The bodies that the points of a correction lie in, by point. @throws badInput where there is none */
async function bodiesOf(
  { bodyAt }: SynapseEdit,
  { target, payload }: SynapseCorrectionContent,
): Promise<ReadonlyMap<string, bigint>> {
  const points =
    payload.action === 'add'
      ? [payload.prePoint, target.point]
      : payload.action === 'setPartner'
        ? [payload.partnerPoint]
        : [];
  const bodies = new Map<string, bigint>();
  for (const point of points) {
    const body = await bodyAt(point);
    if (body === 0n) {
      throw badInput(`There is no segment at ${point.join(',')}.`, 'Give z,y,x of a voxel inside one.');
    }
    bodies.set(String(point), body);
  }
  return bodies;
}

async function newPairOf(
  synapse: SynapseRow | undefined,
  { target, payload }: SynapseCorrectionContent,
  bodies: ReadonlyMap<string, bigint>,
): Promise<string | undefined> {
  if (payload.action === 'add')
    return `${bodies.get(String(payload.prePoint))}:${bodies.get(String(target.point))}`;
  if (payload.action !== 'setPartner' || !synapse) return undefined;
  const other = bodies.get(String(payload.partnerPoint));
  return payload.side === 'pre' ? `${other}:${synapse.postBodyId}` : `${synapse.preBodyId}:${other}`;
}

/**
 * What one correction changes of the connectivity at the head: the synapse, its presynaptic site, the connection it
 * was in and the one it is in, and the counts of the bodies concerned.
 *
 * @throws StratomeError notFound for a synapse that is not there, badInput for a point in no segment or a correction
 *   that changes nothing
 */
export async function synapseDelta(
  edit: SynapseEdit,
  correction: Annotation<SynapseCorrectionContent>,
): Promise<ConnectivityDelta> {
  const { graph, dataset, voxelNm } = edit;
  const { synapseId } = correction.target;
  const synapse = synapseId === null ? undefined : await requireSynapse(graph, dataset, BigInt(synapseId));
  const bodies = await bodiesOf(edit, correction);
  const before = await contactsAround(edit, synapse, await newPairOf(synapse, correction, bodies));
  const cell = await graph.first(queries.cellAt, { dataset, centre: corner(correction.target.point) });
  const { synapses: after, unresolved } = applySynapseCorrections<SynapseRow>(before, [correction], {
    voxelNm,
    bodyAt: (point) => bodies.get(String(point)) ?? null,
    complete: (added: AddedSynapse) => ({ ...added, cellKey: cell?.cellKey }),
  });
  if (unresolved.length > 0) throw badInput(`The correction cannot be made: ${unresolved[0].why}.`);
  const synapses = await differenceOf('synapses', before, after);
  if (synapses.added.length + synapses.changed.length + synapses.removed.length === 0) {
    throw badInput(`Synapse ${synapseId} is so already.`, 'Nothing was changed.');
  }
  return {
    synapses,
    sites: await siteChanges(before, after, synapse),
    ...(await countedChanges(edit, before, after)),
  };
}

/** Presynaptic sites of the synapse before and after; all contacts of these were read. */
function siteChanges(
  before: readonly SynapseRow[],
  after: readonly SynapseRow[],
  synapse: SynapseRow | undefined,
) {
  const old = synapse && (synapse.preSiteId ?? synapse.synapseId);
  const known = new Set(before.map((s) => s.preSiteId ?? s.synapseId));
  const concerned = (s: SynapseRow) => {
    const site = s.preSiteId ?? s.synapseId;
    return site === old || !known.has(site);
  };
  return differenceOf('sites', sitesOf(before.filter(concerned)), sitesOf(after.filter(concerned)));
}

const connectionKey = ({ preBodyId, postBodyId }: ConnectionRow) => `${preBodyId}:${postBodyId}`;

/** Connections of the pairs that changed, and segments whose counts did. */
async function countedChanges(
  { graph, dataset }: SynapseEdit,
  before: readonly SynapseRow[],
  after: readonly SynapseRow[],
): Promise<Pick<ConnectivityDelta, 'connections' | 'neurons'>> {
  const [thresholds] = await graph.run(queries.confidenceThresholds, { dataset });
  const [was, is] = [tallySynapses(before, thresholds), tallySynapses(after, thresholds)];
  const changed = changedPairs(before, after);
  const bodyIds = [...new Set([...changed].flatMap((pair) => pair.split(':')))]
    .filter((text) => text !== 'null')
    .map(BigInt);
  const stored = await graph.run(queries.segmentRowsOf, { dataset, bodyIds });
  const segments = stored.map(({ row }) => rowFrom('neurons', row));
  const neurons = new Set(segments.filter((s) => s.neuron).map((s) => s.bodyId));
  const between = (rows: readonly ConnectionRow[]) =>
    rows.filter(
      (c) => changed.has(connectionKey(c)) && neurons.has(c.preBodyId) && neurons.has(c.postBodyId),
    );
  return {
    connections: await differenceOf('connections', between(was.connections), between(is.connections)),
    neurons: await differenceOf(
      'neurons',
      segments,
      segments.map((segment) => recounted(segment, was.counts, is.counts)),
    ),
  };
}

/** Pairs of the contacts that are not the same in both. */
function changedPairs(before: readonly SynapseRow[], after: readonly SynapseRow[]): Set<string> {
  const [old, now] = [new Set(before), new Set(after)];
  const differing = [...before.filter((s) => !now.has(s)), ...after.filter((s) => !old.has(s))];
  return new Set(differing.map(pairOf));
}

type Counts = ReturnType<typeof tallySynapses>['counts'];

/** A segment's counts, moved by what its contacts count before and after. */
function recounted(segment: NeuronRow, was: Counts, is: Counts): NeuronRow {
  const none = { pre: 0n, post: 0n, upstream: 0n, downstream: 0n };
  const [old, now] = [was.get(segment.bodyId) ?? none, is.get(segment.bodyId) ?? none];
  return {
    ...segment,
    pre: segment.pre + now.pre - old.pre,
    post: segment.post + now.post - old.post,
    upstream: segment.upstream + now.upstream - old.upstream,
    downstream: segment.downstream + now.downstream - old.downstream,
  };
}
