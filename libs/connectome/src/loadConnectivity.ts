import { canonicalJson } from '@stratome/core';
import { triple, writeAll, writeBatches, type Target } from './batches.js';
import type { QueryRunner } from './graph.js';
import {
  linkFragmentCells,
  linkSegmentArtifacts,
  linkSynapseArtifacts,
  linkSynapseCells,
  linkSynapsePartners,
  upsertConnections,
  upsertFragments,
  upsertSegments,
  upsertSynapseSets,
  upsertSynapseSites,
} from './generated/queries.js';
import type { ConnectionRow, FragmentRow, NeuronRow, SynapseRow } from './rows.js';
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
  statusLabel: row.status ?? 'Segmented',
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
  rois: truePer(Object.keys(row.rois ?? {})),
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

const siteOf = (row: SynapseRow, side: Side) =>
  side === 'post' ? row.synapseId : (row.preSiteId ?? row.synapseId);

/** One site for each id, the first of the batch: contacts of one presynaptic site repeat it. */
function sitesOf(batch: readonly SynapseRow[], side: Side): SynapseRow[] {
  const sites = new Map<bigint, SynapseRow>();
  for (const row of batch) if (!sites.has(siteOf(row, side))) sites.set(siteOf(row, side), row);
  return [...sites.values()];
}

const siteRow = (row: SynapseRow, side: Side) => ({
  siteId: siteOf(row, side),
  location: side === 'pre' ? row.preLocation : row.postLocation,
  bodyId: side === 'pre' ? row.preBodyId : row.postBodyId,
  confidence: row.confidence,
  kind: kindOf(row),
  kindProbability: kindOf(row) === 'excitatory' ? row.excitatoryProbability : row.inhibitoryProbability,
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
  batch: readonly SynapseRow[],
  side: Side,
): Promise<void> {
  const { dataset, revision } = target;
  const name = (row: { siteId: bigint }) => `The ${side}synaptic site ${row.siteId}`;
  const sites = sitesOf(batch, side);
  const labels = [`${dataset}_Synapse`];
  const rows = sites.map((row) => siteRow(row, side));
  await writeAll(runner, upsertSynapseSites, { dataset, revision, type: side, labels, rows }, name);
  const artifacts = sites.flatMap((row) => {
    if (!row.derivedFrom) return [];
    const { kind, key, hash } = row.derivedFrom;
    return [{ siteId: siteOf(row, side), kind, key, hash }];
  });
  await writeAll(
    runner,
    linkSynapseArtifacts,
    { dataset, type: side, rows: artifacts },
    (row) => `${name(row)}, read from ${row.kind} ${row.key},`,
  );
  const cells = sites.flatMap((row) =>
    row.cellKey ? [{ siteId: siteOf(row, side), cellKey: row.cellKey }] : [],
  );
  await writeAll(
    runner,
    linkSynapseCells,
    { dataset, type: side, rows: cells },
    (row) => `${name(row)}, in cell ${row.cellKey},`,
  );
}

/** Writes synapses: both sites, what joins them, and the sets that gather them by neuron pair. */
export function loadSynapses(target: Target, rows: Rows<SynapseRow>): Promise<number> {
  const { dataset } = target;
  return writeBatches(target, rows, async (runner, batch) => {
    await writeSites(runner, target, batch, 'pre');
    await writeSites(runner, target, batch, 'post');
    const partners = batch.map((row) => ({ preSiteId: siteOf(row, 'pre'), postSiteId: row.synapseId }));
    await writeAll(
      runner,
      linkSynapsePartners,
      { dataset, rows: partners },
      (row) => `Synapse ${row.postSiteId}`,
    );
    const paired = batch.flatMap((row) => {
      const { preBodyId, postBodyId, synapseId } = row;
      if (preBodyId === null || postBodyId === null) return [];
      return [{ preBodyId, postBodyId, preSiteId: siteOf(row, 'pre'), postSiteId: synapseId }];
    });
    await writeAll(
      runner,
      upsertSynapseSets,
      { dataset, labels: [`${dataset}_SynapseSet`], rows: paired },
      (row) => `Synapse ${row.postSiteId} from segment ${row.preBodyId} to segment ${row.postBodyId}`,
    );
  });
}

export function loadConnections(target: Target, rows: Rows<ConnectionRow>): Promise<number> {
  const { dataset, revision } = target;
  return writeBatches(target, rows, (runner, batch) => {
    const connections = batch.map(({ rois, ...row }) => ({ ...row, roiInfo: canonicalJson(rois ?? {}) }));
    return writeAll(
      runner,
      upsertConnections,
      { dataset, revision, rows: connections },
      (row) => `The connection from segment ${row.preBodyId} to segment ${row.postBodyId}`,
    );
  });
}
