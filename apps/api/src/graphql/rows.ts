import type { queries } from '@stratome/connectome';
import type { DatasetRecord } from './graph-reader.js';
import type { Dataset } from './types/dataset.js';
import type { Neuron } from './types/neuron.js';
import { namedAxes, namedBox } from './types/places.js';

type NeuronRecord = Omit<queries.NeuronsByIdRow, 'neuron'> & { readonly neuron?: boolean };

/** Rows of `neurons` are neurons; rows of `neuronsById` say whether they are. */
export function toNeuron(dataset: string, row: NeuronRecord, pinned?: number): Neuron {
  return { ...row, dataset, pinned, neuron: row.neuron ?? true, box: namedBox(row) };
}

export function toDataset(row: DatasetRecord): Dataset {
  const [x, y, z] = row.voxelSize;
  return {
    name: row.dataset,
    description: row.description,
    voxelNm: { x, y, z },
    shape: namedAxes(row.shapeVoxels),
    revision: row.revision,
    epoch: row.epoch,
    uncalibrated: row.uncalibrated,
    lastEdit: row.lastDatabaseEdit,
  };
}

/** Cuts a page of one row more than was asked for; the surplus row only tells that there is a next page. */
export function page<Row>(
  dataset: string,
  rows: Row[],
  first: number,
  idOf: (row: Row) => bigint,
  pinned?: number,
): { dataset: string; pinned?: number; items: Row[]; next: bigint | null } {
  const items = rows.slice(0, first);
  return { dataset, pinned, items, next: rows.length > first ? idOf(items[items.length - 1]) : null };
}
