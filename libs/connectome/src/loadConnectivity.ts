import { canonicalJson } from '@stratome/core';
import { triple, writeAll, writeBatches, type Target } from './batches.js';
import type { PropertyMap } from './cypherTypes.js';
import type { QueryRunner } from './graph.js';
import {
  linkFragmentCells,
  linkSegmentArtifacts,
  linkSynapseArtifacts,
  linkSynapseCells,
  linkSynapsePartners,
  replaceConnections as replaceStoredConnections,
  upsertConnections,
  upsertFragments,
  upsertSegments,
  upsertSynapseSets,
  upsertSynapseSites,
} from './generated/queries.js';
import { sitesOf } from './revision/delta.js';
import type { ConnectionRow, FragmentRow, NeuronRow, SiteRow, SynapseRow } from './rows.js';
import { kindOf } from './synapseTally.js';

type Rows<T> = Iterable<T> | AsyncIterable<T>;

const truePer = (names: Iterable<string>) => Object.fromEntries([...names].map((name) => [name, true]));

const segmentRow = (row: NeuronRow) => ({
  bodyId: row.bodyId,
  class: row.class,
  classProbability: row.classProbability ?? null,
  size: row.sizeVoxels,
  pre: row.pre,
  post: row.post,
  upstream: row.upstream,
  downstream: row.downstream,
  synweight: row.upstream + row.downstream,
  status: row.status ?? 'Segmented',
  statusLabel: row.statusLabel ?? row.status ?? 'Segmented',
  type: row.type ?? null,
  instance: row.instance ?? null,
  flags: row.flags ?? [],
  boxBegin: triple(row.box.begin),
  boxEnd: triple(row.box.end),
  somaLocation: row.somaLocation ?? null,
  somaRadius: row.somaRadiusVoxels ?? null,
  cableLengthUm: row.cableLengthUm ?? null,
  skeletonNodes: row.skeleton?.nodes ?? null,
  skeletonBranches: row.skeleton?.branches ?? null,
  skeletonEnds: row.skeleton?.ends ?? null,
  roiInfo: canonicalJson(row.rois ?? {}),
  rois: { ...(row.properties as PropertyMap), ...truePer(Object.keys(row.rois ?? {})) },
});

const nameBody = (row: { bodyId: bigint }) => `Segment ${row.bodyId}`;

/** Writes segments; rows of one batch that are neurons, and those that are not, in a statement each. */
export function loadNeurons(target: Target, rows: Rows<NeuronRow>): Promise<number> {
  const { dataset, revision } = target;
  return writeBatches(target, rows, async (runner, batch) => {
    for (const neuron of [true, false]) {
      const labels = neuron ? [`${dataset}_Segment`, 'Neuron', `${dataset}_Neuron`] : [`${dataset}_Segment`];
      const segments = batch.filter((row) => row.neuron === neuron).map(segmentRow);
      await writeAll(runner, upsertSegments, { dataset, revision, labels, neuron, rows: segments }, nameBody);
    }
    const links = batch.flatMap(({ bodyId, derivedFrom = [] }) =>
      derivedFrom.map(({ kind, key, hash }) => ({ bodyId, kind, key, hash })),
    );
    await writeAll(
      runner,
      linkSegmentArtifacts,
      { dataset, rows: links },
      (row) => `${nameBody(row)}, read from ${row.kind} ${row.key},`,
    );
  });
}

export function loadFragments(target: Target, rows: Rows<FragmentRow>): Promise<number> {
  const { dataset, revision } = target;
  const name = (row: { bodyId: bigint; blockKey: string }) =>
    `The fragment of ${row.bodyId} in block ${row.blockKey}`;
  return writeBatches(target, rows, async (runner, batch) => {
    const fragments = batch.map(({ bodyId, blockKey, sizeVoxels, derivedFrom: { kind, key, hash } }) => ({
      bodyId,
      blockKey,
      size: sizeVoxels,
      kind,
      key,
      hash,
    }));
    await writeAll(runner, upsertFragments, { dataset, revision, rows: fragments }, name);
    const cells = batch.flatMap(({ bodyId, blockKey, cellKey }) =>
      cellKey ? [{ bodyId, blockKey, cellKey }] : [],
    );
    await writeAll(runner, linkFragmentCells, { dataset, rows: cells }, name);
  });
}

type Side = 'pre' | 'post';

const preSiteOf = (row: SynapseRow) => row.preSiteId ?? row.synapseId;

/** The postsynaptic site of a contact. */
const postSiteOf = (row: SynapseRow): SiteRow => ({
  ...row,
  siteId: row.synapseId,
  bodyId: row.postBodyId,
  location: row.postLocation,
  kind: kindOf(row),
});

const siteRow = (row: SiteRow) => ({
  siteId: row.siteId,
  location: row.location,
  bodyId: row.bodyId,
  confidence: row.confidence,
  kind: row.kind,
  kindProbability: row.kind === 'excitatory' ? row.excitatoryProbability : row.inhibitoryProbability,
  excitatory: row.excitatoryProbability,
  inhibitory: row.inhibitoryProbability,
  uncalibrated: row.uncalibrated,
  sizeVoxels: row.sizeVoxels ?? null,
  roiInfo: canonicalJson(truePer(row.rois ?? [])),
  rois: truePer(row.rois ?? []),
});

async function writeSites(
  runner: QueryRunner,
  target: Target,
  sites: readonly SiteRow[],
  side: Side,
): Promise<void> {
  const { dataset, revision } = target;
  const name = (row: { siteId: bigint }) => `The ${side}synaptic site ${row.siteId}`;
  const labels = [`${dataset}_Synapse`];
  const rows = sites.map(siteRow);
  await writeAll(runner, upsertSynapseSites, { dataset, revision, type: side, labels, rows }, name);
  const artifacts = sites.flatMap(({ siteId, derivedFrom }) =>
    derivedFrom ? [{ siteId, kind: derivedFrom.kind, key: derivedFrom.key, hash: derivedFrom.hash }] : [],
  );
  await writeAll(
    runner,
    linkSynapseArtifacts,
    { dataset, type: side, rows: artifacts },
    (row) => `${name(row)}, read from ${row.kind} ${row.key},`,
  );
  const cells = sites.flatMap(({ siteId, cellKey }) => (cellKey ? [{ siteId, cellKey }] : []));
  await writeAll(
    runner,
    linkSynapseCells,
    { dataset, type: side, rows: cells },
    (row) => `${name(row)}, in cell ${row.cellKey},`,
  );
}

/** Writes presynaptic sites alone. */
export const loadSites = (target: Target, rows: Rows<SiteRow>): Promise<number> =>
  writeBatches(target, rows, (runner, batch) => writeSites(runner, target, batch, 'pre'));

async function writeContacts(
  runner: QueryRunner,
  target: Target,
  batch: readonly SynapseRow[],
): Promise<void> {
  const { dataset } = target;
  await writeSites(runner, target, batch.map(postSiteOf), 'post');
  const partners = batch.map((row) => ({ preSiteId: preSiteOf(row), postSiteId: row.synapseId }));
  await writeAll(
    runner,
    linkSynapsePartners,
    { dataset, rows: partners },
    (row) => `Synapse ${row.postSiteId}`,
  );
  const paired = batch.flatMap((row) => {
    const { preBodyId, postBodyId, synapseId } = row;
    if (preBodyId === null || postBodyId === null) return [];
    return [{ preBodyId, postBodyId, preSiteId: preSiteOf(row), postSiteId: synapseId }];
  });
  await writeAll(
    runner,
    upsertSynapseSets,
    { dataset, labels: [`${dataset}_SynapseSet`], rows: paired },
    (row) => `Synapse ${row.postSiteId} from segment ${row.preBodyId} to segment ${row.postBodyId}`,
  );
}

/** Writes contacts with their postsynaptic sites, and the sets that gather them by neuron pair; presynaptic sites must stand. */
export const loadContacts = (target: Target, rows: Rows<SynapseRow>): Promise<number> =>
  writeBatches(target, rows, (runner, batch) => writeContacts(runner, target, batch));

/** Writes synapses: both sites, what joins them, and the sets that gather them by neuron pair. */
export function loadSynapses(target: Target, rows: Rows<SynapseRow>): Promise<number> {
  return writeBatches(target, rows, async (runner, batch) => {
    await writeSites(runner, target, sitesOf(batch), 'pre');
    await writeContacts(runner, target, batch);
  });
}

function writeConnections(
  target: Target,
  rows: Rows<ConnectionRow>,
  query: typeof upsertConnections | typeof replaceStoredConnections,
): Promise<number> {
  const { dataset, revision } = target;
  return writeBatches(target, rows, (runner, batch) => {
    const connections = batch.map(({ rois, ...row }) => ({ ...row, roiInfo: canonicalJson(rois ?? {}) }));
    return writeAll(
      runner,
      query,
      { dataset, revision, rows: connections },
      (row) => `The connection from segment ${row.preBodyId} to segment ${row.postBodyId}`,
    );
  });
}

export const loadConnections = (target: Target, rows: Rows<ConnectionRow>): Promise<number> =>
  writeConnections(target, rows, upsertConnections);

/** Changes connections that stand, and keeps them as they were. */
export const replaceConnections = (target: Target, rows: Rows<ConnectionRow>): Promise<number> =>
  writeConnections(target, rows, replaceStoredConnections);
