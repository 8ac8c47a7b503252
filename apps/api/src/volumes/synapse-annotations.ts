import { queries } from '@stratome/connectome';
import type { Box, Vec3 } from '@stratome/core';
import {
  spatialLevels,
  type AnnotationLayout,
  type AnnotationProperty,
  type AnnotationSource,
  type LineAnnotation,
} from '@stratome/storage';
import type { GraphReader } from '../graphql/graph-reader.js';

/** Synapses that a cell of the index holds, about: what Neuroglancer draws at one look. */
const mostOfCell = 4000;

const kinds = ['unknown', 'excitatory', 'inhibitory'];

const properties: readonly AnnotationProperty[] = [
  { id: 'confidence', description: 'Confidence of the synapse, 0 to 1', type: 'float32' },
  { id: 'kind', description: 'Kind, by morphology', type: 'uint8', labels: kinds },
];

/** The segments that a synapse is related to, in this order. */
const relationships = ['presynaptic', 'postsynaptic'];

type Row = queries.SynapsesOfIndexCellRow;
type Place = Row['location'];

const zyx = ({ x, y, z }: Place): Vec3 => [z ?? 0, y, x];
const point = ([z, y, x]: Vec3) => ({ x, y, z });
const listed = (id: bigint | null): bigint[] => (id === null ? [] : [id]);

/** A line from the presynaptic to the postsynaptic site; of no length where there is no partner. */
const lineOf = (row: Row): LineAnnotation => ({
  id: row.siteId,
  from: zyx(row.preLocation ?? row.location),
  to: zyx(row.location),
  values: [row.confidence, Math.max(0, kinds.indexOf(row.kind))],
  related: [listed(row.preBodyId), listed(row.postBodyId)],
});

/** The synapses of a dataset's head revision, asked of the graph cell by cell and body by body. */
export async function synapseAnnotations(reader: GraphReader, dataset: string): Promise<AnnotationSource> {
  const { voxelSize, shapeVoxels } = await reader.recentDataset(dataset);
  const [{ synapses }] = await reader.run(queries.graphSummary, { dataset });
  const [x, y, z] = voxelSize;
  const shape: Vec3 = [shapeVoxels[0], shapeVoxels[1], shapeVoxels[2]];
  const { levels, ranks } = spatialLevels(shape, Number(synapses), mostOfCell);
  const layout: AnnotationLayout = { voxelNm: [z, y, x], shape, properties, relationships, levels };
  const lines = (rows: readonly Row[]) => rows.map(lineOf);
  return {
    layout,
    immutable: true,
    async inCell(level: number, { begin, end }: Box) {
      const [rankLow, rankHigh] = ranks[level];
      const cell = { low: point(begin), high: point(end), rankLow, rankHigh };
      return lines(await reader.run(queries.synapsesOfIndexCell, { dataset, ...cell }));
    },
    async ofSegment(relationship: string, bodyId: bigint) {
      const side = relationship === 'presynaptic' ? 'pre' : 'post';
      return lines(await reader.run(queries.synapsesOfBody, { dataset, bodyId, side }));
    },
    async byId(siteId: bigint) {
      return lines(await reader.run(queries.synapseById, { dataset, siteId }))[0];
    },
  };
}
