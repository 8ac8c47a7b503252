import { canonicalJson } from '@stratome/core';
import { writeAll, writeBatches, type Target } from '../batches.js';
import { t, type Point } from '../cypherTypes.js';
import { linkSynapsePartners, upsertSynapseSets, upsertSynapseSites } from '../generated/queries.js';
import type { ImportedGraph } from './importedGraph.js';
import type { ImportedProperties, ImportedValue } from './properties.js';
import { kindOfSite } from './siteTally.js';
import type { ImportedSite, ImportedSites } from './siteTables.js';

const isPoint = (value: ImportedValue): value is Point => typeof value === 'object' && 'x' in value;

/** Further properties as the graph stores them. */
export const storable = (properties: ImportedProperties = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      isPoint(value) ? t.point.encode(value, name) : value,
    ]),
  );

/** Regions of a site: what is true of it. */
export const regionsOfSite = ({ properties }: ImportedSite): Record<string, true> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === true && name !== 'uncalibrated' ? [[name, true]] : [],
    ),
  );

/** What is told of a site beside its further properties. */
export function siteFields(site: ImportedSite, bodyIds: BigInt64Array) {
  const { ntExcitatoryProb, ntInhibitoryProb, sizeVoxels, uncalibrated } = site.properties;
  const kind = kindOfSite(site);
  const probability = (value: ImportedValue | undefined) => (typeof value === 'number' ? value : null);
  const [excitatory, inhibitory] = [probability(ntExcitatoryProb), probability(ntInhibitoryProb)];
  return {
    siteId: site.siteId,
    location: site.location,
    bodyId: site.neuron < 0 ? null : bodyIds[site.neuron],
    confidence: site.confidence,
    kind,
    kindProbability: (kind === 'excitatory' ? excitatory : kind === 'inhibitory' ? inhibitory : null) ?? 0,
    excitatory,
    inhibitory,
    uncalibrated: uncalibrated === true,
    sizeVoxels: typeof sizeVoxels === 'bigint' ? sizeVoxels : null,
    roiInfo: canonicalJson(regionsOfSite(site)),
  };
}

/** Writes sites, what joins them, and the sets that gather them by neuron pair; neurons must stand. */
export async function writeSites(
  target: Target,
  { bodyIds }: ImportedGraph,
  { sites, contacts }: ImportedSites,
): Promise<void> {
  const { dataset, revision } = target;
  for (const side of ['pre', 'post'] as const)
    await writeBatches(
      target,
      sites.filter((site) => site.side === side),
      async (runner, batch) => {
        const rows = batch.map((site) => ({
          ...siteFields(site, bodyIds),
          rois: storable(site.properties) as never,
        }));
        const labels = [`${dataset}_Synapse`];
        await writeAll(
          runner,
          upsertSynapseSites,
          { dataset, revision, type: side, labels, rows },
          (row) => `Site ${row.siteId}`,
        );
      },
    );
  const pairs = Array.from(contacts.pre, (pre, i) => [sites[pre], sites[contacts.post[i]]] as const);
  await writeBatches(target, pairs, async (runner, batch) => {
    const ends = batch.map(([pre, post]) => ({ preSiteId: pre.siteId, postSiteId: post.siteId }));
    const name = (row: { postSiteId: bigint }) => `The contact to site ${row.postSiteId}`;
    await writeAll(runner, linkSynapsePartners, { dataset, rows: ends }, name);
    const rows = batch.flatMap(([pre, post]) => {
      if (pre.neuron < 0 || post.neuron < 0) return [];
      const bodies = { preBodyId: bodyIds[pre.neuron], postBodyId: bodyIds[post.neuron] };
      return [{ ...bodies, preSiteId: pre.siteId, postSiteId: post.siteId }];
    });
    await writeAll(runner, upsertSynapseSets, { dataset, labels: [`${dataset}_SynapseSet`], rows }, name);
  });
}
