import { userInfo } from 'node:os';
import { Option } from 'commander';
import { Catalogue, GraphReader, PastFlags } from '@stratome/api';
import type { SegmentAt } from '@stratome/revisions';
import type { Session } from '../session.js';

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Who annotates; the account's name unless another is given. */
export const authorOption = () =>
  new Option('--author <name>', 'who says so').default(accountName(), 'the account’s name');
export const noteOption = () => new Option('--note <text>', 'why, in your words');

/** Reads segments at voxels out of the stored volume. */
export function segmentReader({ db, store, graph }: Session, dataset: string): SegmentAt {
  const reader = new GraphReader(graph, new PastFlags(graph, db));
  const catalogue = new Catalogue(db, store, reader);
  return async (revision, [z, y, x]) => {
    const { voxelSize } = await reader.recentDataset(dataset);
    const nm = [(z + 0.5) * voxelSize[2], (y + 0.5) * voxelSize[1], (x + 0.5) * voxelSize[0]] as const;
    return catalogue.idAt(dataset, revision, 'segmentation', nm);
  };
}
