import { describe, expect, it } from 'vitest';
import { contactsLeft, mergesMade, type DecisionTables } from './decisions.js';
import { contactVoxel } from './contactVoxel.js';
import { proofreadingQueue, type QueueInput, type QueueSynapse } from './queue.js';

/**
 * Six supervoxels in a row along x, 10 voxels each: 1 and 2 were joined at 0.9, 3 and 4 at 0.25, then 2 and 3 at 0.22, so
 * that 1–4 are one segment; 5 and 6 are on their own, 5 just below the threshold of 0.2 and 6 far below it.
 */
const tables: DecisionTables = {
  decisions: {
    a: BigUint64Array.of(1n, 2n, 3n, 4n, 5n),
    b: BigUint64Array.of(2n, 3n, 4n, 5n, 6n),
    faces: Float64Array.of(100, 100, 100, 100, 100),
    decisiveScore: Float64Array.of(0.9, 0.22, 0.25, 0.19, 0.01),
    decisiveThreshold: Float64Array.of(0.2, 0.2, 0.2, 0.2, 0.2),
    joined: Uint8Array.of(1, 1, 1, 0, 0),
    betweenClasses: new Uint8Array(5),
  },
  agglomeration: {
    supervoxel: BigUint64Array.of(1n, 2n, 3n, 4n, 5n, 6n),
    segment: BigUint64Array.of(1n, 1n, 1n, 1n, 5n, 6n),
  },
  merges: {
    segment: BigUint64Array.of(1n, 3n, 1n),
    absorbed: BigUint64Array.of(2n, 4n, 3n),
    score: Float64Array.of(0.9, 0.25, 0.22),
    faces: Float64Array.of(100, 100, 100),
    smallerVoxels: Float64Array.of(1000, 1000, 2000),
  },
  supervoxels: {
    id: BigUint64Array.of(1n, 2n, 3n, 4n, 5n, 6n),
    box: Uint32Array.from([0, 1, 2, 3, 4, 5].flatMap((n) => [0, 0, 10 * n, 10, 10, 10 * n + 10])),
  },
};

const synapse = (id: number, pre: bigint, post: bigint, confidence: number): QueueSynapse => ({
  id: BigInt(id),
  voxel: [5, 5, id],
  confidence,
  unassigned: 'none',
  preSegment: pre <= 4n ? 1n : pre,
  postSegment: post <= 4n ? 1n : post,
  preSupervoxel: pre,
  postSupervoxel: post,
});

const input: QueueInput = {
  tables,
  voxelNm: [10, 10, 10],
  objects: [1n, 5n, 6n].map((id) => ({ id, voxels: 5000, neurite: true, touchesFace: true })),
  synapses: [
    synapse(100, 1n, 5n, 0.9),
    synapse(101, 4n, 6n, 0.9),
    synapse(102, 3n, 5n, 0.9),
    synapse(103, 2n, 6n, 0.1),
  ],
  deadEnds: [{ segment: 5n, voxel: [5, 5, 41] }],
};

describe('decisions of the agglomeration', () => {
  it('that left segments apart are listed once a pair, with where they touch', () => {
    expect(
      contactsLeft(tables).map(({ segments, score, site }) => [segments, score, site.begin[2], site.end[2]]),
    ).toEqual([
      [[1n, 5n], 0.19, 39, 41],
      [[5n, 6n], 0.01, 49, 51],
    ]);
  });

  it('that joined parts are listed with the contact and the synapses of the part that had fewer', () => {
    const counts = new Map([
      [1n, 3],
      [2n, 1],
      [3n, 2],
      [4n, 5],
    ]);
    const merges = mergesMade(tables, (id) => counts.get(id) ?? 0);
    expect(merges.map(({ score, synapsesMoved, site }) => [score, synapsesMoved, site.supervoxels])).toEqual([
      [0.9, 1, [1n, 2n]],
      [0.25, 2, [3n, 4n]],
      [0.22, 4, [2n, 3n]],
    ]);
  });
});

describe('the queue', () => {
  const queue = proofreadingQueue(input);

  it('puts what may win most first: probability times synapses', () => {
    for (const [n, { gain, probability, synapses }] of queue.entries()) {
      expect(gain).toBeCloseTo(probability * synapses, 12);
      if (n > 0) expect(gain).toBeLessThanOrEqual(queue[n - 1].gain);
    }
    const find = (kind: string, ...bodies: bigint[]) =>
      queue.find((i) => i.kind === kind && String(i.bodies) === String(bodies))!;
    expect(find('splitError', 1n, 5n).probability).toBeGreaterThan(find('splitError', 5n, 6n).probability);
    expect(find('splitError', 1n, 5n).evidence).toContain('a skeleton ends there');
    // The narrow merge, by which each side has two synapses, comes before the sure one.
    const merges = queue.filter(({ kind }) => kind === 'mergeError').map(({ voxel }) => voxel[2]);
    expect(merges).toEqual([20, 30, 10]);
  });

  it('tells how far a contact is from the threshold that held for it, and that classes kept it apart', () => {
    const decisions = {
      ...tables.decisions,
      decisiveThreshold: Float64Array.of(0.2, 0.2, 0.2, 0.5, 0.005),
      betweenClasses: Uint8Array.of(0, 0, 0, 0, 1),
    };
    const told = proofreadingQueue({ ...input, tables: { ...tables, decisions } })
      .filter(({ kind }) => kind === 'splitError')
      .map(({ evidence }) => evidence);
    expect(told.find(([first]) => first === 'mean affinity 0.190, 0.310 below the threshold')).toBeDefined();
    expect(told).toContainEqual(
      expect.arrayContaining([
        'mean affinity 0.010, 0.005 above the threshold',
        'kept apart by their tissue classes',
      ]),
    );
  });

  it('thinks a synapse of low confidence more often false', () => {
    const false_ = queue.filter(({ kind }) => kind === 'falseSynapse');
    expect(false_[0].synapseId).toBe(103n);
    expect(false_).toHaveLength(4);
  });

  it('is the same whatever the order in which things were read', () => {
    const shuffled = {
      ...input,
      objects: input.objects.toReversed(),
      synapses: input.synapses.toReversed(),
    };
    expect(proofreadingQueue(shuffled)).toEqual(queue);
  });
});

it('a contact voxel lies in the first supervoxel, beside the second', () => {
  const box = { begin: [5, 0, 0] as const, end: [6, 3, 4] as const };
  const labels = BigUint64Array.from([7, 7, 8, 8, 7, 7, 8, 8, 7, 7, 8, 8].map(BigInt));
  expect(contactVoxel(labels, box, 7n, 8n)).toEqual([5, 1, 1]);
  expect(contactVoxel(labels, box, 8n, 7n)).toEqual([5, 1, 2]);
  expect(contactVoxel(labels, box, 7n, 9n)).toBeUndefined();
});
