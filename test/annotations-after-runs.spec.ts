import { randomUUID } from 'node:crypto';
import { annotationsWithoutPlace } from '@stratome/reconstruction-worker';
import { annotate } from '@stratome/revisions';
import { queries } from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStagedTissue, original, synapsesIn, type StagedTissue } from './staged-tissue.js';

const dataset = `annotated_${randomUUID().replaceAll('-', '')}`;
let tissue: StagedTissue;
beforeAll(async () => {
  tissue = await openStagedTissue(dataset);
});
afterAll(() => tissue.close());

describe('a correction of a synapse', () => {
  const found = async (siteId: bigint) =>
    (await tissue.graph.run(queries.synapseById, { dataset, siteId })).length > 0;

  it('survives a run, and is told of when its synapse is gone', async () => {
    const { db, graph, store } = tissue;
    await tissue.complete(original);
    const [kept] = synapsesIn[0];
    const [vanishing] = synapsesIn[2];
    for (const { id } of [kept, vanishing]) {
      const content = {
        kind: 'synapseCorrection',
        target: { synapseId: String(id) },
        payload: { action: 'delete' },
      };
      await annotate(db, graph, { dataset, author: 'ada', content, segmentAt: async () => null } as never);
    }
    const second = await tissue.complete({ ...original, agglomeration: 'second' });
    expect(await annotationsWithoutPlace({ db, store }, second)).toEqual([]);
    expect(await found(BigInt(kept.id))).toBe(false);
    const third = await tissue.complete({
      ...original,
      synapses: [synapsesIn[0], synapsesIn[1], []],
      across: [],
    });
    const lost = await annotationsWithoutPlace({ db, store }, third);
    expect(lost).toHaveLength(1);
    expect(await found(BigInt(kept.id))).toBe(false);
  });
});
