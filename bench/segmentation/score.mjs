// Scores of a segmentation (ids as numbers or bigints, C order z, y, x) against a volume's truth.
import { boxOfShape } from '@stratome/core';
import { countOverlaps, evaluateEdges, matchBodies } from '@stratome/postprocessing';
import { ContingencyTable, randScores, variationOfInformation } from '@stratome/segmentation';
import { cutBox } from './volumes.mjs';

const round = (v) => Number(v.toFixed(4));

/** Variation of information (bits) and adapted Rand error between two labellings of the same voxels. */
export function compare(truth, segmentation) {
  const table = new ContingencyTable();
  table.add(truth, segmentation);
  const { split, merge } = variationOfInformation(table);
  return { split: round(split), merge: round(merge), randError: round(randScores(table).error) };
}

/**
 * Distinct directed connections when every true synapse were found, with its partners at their true places: what the
 * segmentation alone costs. -> F1 as in `stratome evaluate`
 */
function edgeF1(volume, segmentation, truth) {
  const [, height, width] = volume.em.shape;
  const at = ({ voxel: [z, y, x] }) => BigInt(segmentation[(z * height + y) * width + x]);
  const found = volume.synapses.map(({ pre, post }) => ({ pre: at(pre), post: at(post) }));
  const expected = volume.synapses.map(({ pre, post }) => ({
    pre: BigInt(pre.body),
    post: BigInt(post.body),
  }));
  const ids =
    segmentation instanceof BigUint64Array ? segmentation : BigUint64Array.from(segmentation, BigInt);
  const overlaps = countOverlaps(ids, BigUint64Array.from(truth, BigInt));
  return round(evaluateEdges(found, expected, matchBodies(overlaps)).f1);
}

/** @param segmentation ids of the whole volume */
export function score(volume, segmentation) {
  const truth = cutBox(volume.bodies, volume.scored);
  const seen = cutBox({ data: segmentation, shape: volume.em.shape }, volume.scored);
  const whole = boxOfShape(volume.em.shape);
  const scores = compare(truth, seen);
  if (volume.synapses.length === 0) return scores;
  if (whole.end[0] !== volume.scored.end[0]) throw new Error('Connections are scored on whole volumes only.');
  return { ...scores, edgeF1: edgeF1(volume, seen, truth) };
}
