import type {
  ConnectionRow,
  ConnectomeRows,
  DatasetRow,
  NeuronRow,
  RoiCounts,
  SynapseRow,
} from '@stratome/connectome';
import { datasetRow, plantConnectome } from './graph-tissue.js';

/*
 * The planted connectome with two regions of interest, west and east, and with proofread neurons, as clients of
 * neuPrint expect them. Its rows are the tables that answers are compared with.
 */

export interface PlantedTables {
  readonly dataset: DatasetRow;
  readonly neurons: readonly NeuronRow[];
  readonly synapses: readonly SynapseRow[];
  readonly connections: readonly ConnectionRow[];
  readonly rows: ConnectomeRows;
}

const regions = ['west', 'east'] as const;
type Region = (typeof regions)[number];

export const regionOf = ({ postLocation }: SynapseRow): Region => (postLocation.x < 100 ? 'west' : 'east');

const nothing = (): RoiCounts => ({ pre: 0, post: 0, upstream: 0, downstream: 0, synweight: 0 });

/** Sites of each body in each region. Every presynaptic site of the planted tissue serves one contact. */
function countRegions(synapses: readonly SynapseRow[]): Map<bigint, Record<string, RoiCounts>> {
  const counts = new Map<bigint, Record<string, RoiCounts>>();
  const add = (body: bigint | null, region: Region, change: Partial<RoiCounts>) => {
    if (body === null) return;
    const ofBody = counts.get(body) ?? {};
    const before = ofBody[region] ?? nothing();
    const sum = (key: keyof RoiCounts) => before[key] + (change[key] ?? 0);
    ofBody[region] = {
      pre: sum('pre'),
      post: sum('post'),
      upstream: sum('upstream'),
      downstream: sum('downstream'),
      synweight: before.synweight + 1,
    };
    counts.set(body, ofBody);
  };
  for (const synapse of synapses) {
    add(synapse.preBodyId, regionOf(synapse), { pre: 1, downstream: 1 });
    add(synapse.postBodyId, regionOf(synapse), { post: 1, upstream: 1 });
  }
  return counts;
}

function regionsOfConnection(
  { preBodyId, postBodyId }: ConnectionRow,
  synapses: readonly SynapseRow[],
  least: number,
) {
  const rois: Record<string, { post: number }> = {};
  for (const synapse of synapses) {
    if (synapse.preBodyId !== preBodyId || synapse.postBodyId !== postBodyId) continue;
    if (synapse.confidence < least) continue;
    const region = regionOf(synapse);
    rois[region] = { post: (rois[region]?.post ?? 0) + 1 };
  }
  return rois;
}

export const isTraced = (bodyId: bigint) => bodyId % 3n !== 0n;

export function plantTables(name: string): PlantedTables {
  const planted = plantConnectome(name);
  const dataset = {
    ...datasetRow(name),
    primaryRois: [...regions],
    roiHierarchy: { name, children: regions.map((region) => ({ name: region, children: [] })) },
  };
  const synapses = [...(planted.synapses as SynapseRow[])].map((row) => ({ ...row, rois: [regionOf(row)] }));
  const rois = countRegions(synapses);
  const neurons = [...(planted.neurons as NeuronRow[])].map((row) => ({
    ...row,
    status: isTraced(row.bodyId) ? 'Traced' : 'Segmented',
    rois: rois.get(row.bodyId) ?? {},
  }));
  const connections = [...(planted.connections as ConnectionRow[])].map((row) => ({
    ...row,
    rois: regionsOfConnection(row, synapses, dataset.thresholds.postHighAccuracy),
  }));
  return { dataset, neurons, synapses, connections, rows: { ...planted, neurons, synapses, connections } };
}
