import type { NamedTree } from '@stratome/connectome';
import { badInput, notFound } from '@stratome/core';
import { decodeSkeleton, type ObjectStore, type Skeleton } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { ArtifactLookup } from '../volumes/artifact-lookup.js';

const mostNeurons = 2000;

/** Vertices z, y, x in nm become points x, y, z in µm. */
function treeOf(bodyId: bigint, { verticesNm, edges }: Skeleton): NamedTree {
  const points = new Float64Array(verticesNm.length);
  for (let v = 0; v < points.length; v += 3)
    for (let axis = 0; axis < 3; axis++) points[v + axis] = verticesNm[v + 2 - axis] / 1000;
  return { bodyId, points, edges };
}

/**
 * Reads the skeletons of neurons as they stand at a revision.
 *
 * @throws StratomeError badInput for too few or too many, notFound for a body without a skeleton
 */
export async function readSkeletons(
  db: DataSource,
  store: ObjectStore,
  { dataset, revision }: { readonly dataset: string; readonly revision: number },
  bodyIds: readonly string[],
): Promise<NamedTree[]> {
  const wanted = [...new Set(bodyIds)];
  if (wanted.length < 2 || wanted.length > mostNeurons)
    throw badInput(`${wanted.length} neurons are given.`, `Give 2 to ${mostNeurons}.`);
  const lookup = new ArtifactLookup(db, dataset, revision);
  const trees: NamedTree[] = [];
  for (const bodyId of wanted) {
    const hash = await lookup.hashOf('skeleton', bodyId);
    if (hash === undefined)
      throw notFound(`"${dataset}" has no skeleton of body ${bodyId}.`, 'Leave it out.');
    trees.push(treeOf(BigInt(bodyId), decodeSkeleton(await store.get(hash))));
  }
  return trees;
}
