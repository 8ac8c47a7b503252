import { randomUUID } from 'node:crypto';
import { parseAnnotation } from '@stratome/annotations';
import { hashJson } from '@stratome/core';
import {
  abandonAnnotations,
  annotationHistory,
  annotationsAt,
  endAnnotation,
  finishRun,
  insertAnnotations,
  openDatabase,
  registerDataset,
  removeDataset,
  restoreAnnotations,
} from '@stratome/operations';
import { rollback } from '@stratome/revisions';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { segmentId, startTestApi, type Data, type TestApi } from './api-server.js';
import { stratome } from './stratome-command.js';

const dataset = `annotated_${randomUUID().replaceAll('-', '')}`;
let db: DataSource;

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  const source = { sourcePath: '/tiles', manifestHash: hashJson(dataset) };
  await registerDataset(db, { name: dataset, voxelNm: [10, 10, 10], ...source });
});
afterAll(async () => {
  await removeDataset(db, dataset);
  await db.destroy();
});

const typeAt = (x: number, type: string) => ({
  content: parseAnnotation({ kind: 'cellType', target: { point: [0, 0, x] }, payload: { type } }),
  author: 'ada',
});
const held = async (revision: number) =>
  (await annotationsAt(db, dataset, revision, 'cellType')).map(({ id, payload }) => `${id} ${payload.type}`);

describe('annotations by revision', () => {
  it('hold from the revision that made them to the one that ended them', async () => {
    await db.transaction(async (tx) => {
      expect(await insertAnnotations(tx, dataset, 2, [typeAt(1, 'A'), typeAt(2, 'B')])).toEqual([1n, 2n]);
    });
    await endAnnotation(db.manager, dataset, 1n, 3, 'bob');
    expect(await insertAnnotations(db.manager, dataset, 4, [typeAt(3, 'C')])).toEqual([3n]);
    expect([await held(1), await held(2), await held(3), await held(4)]).toEqual([
      [],
      ['1 A', '2 B'],
      ['2 B'],
      ['2 B', '3 C'],
    ]);
    const [{ endedBy, toRevision }] = await annotationHistory(db, dataset, 1n);
    expect({ endedBy, toRevision }).toEqual({ endedBy: 'bob', toRevision: 3 });
    await expect(endAnnotation(db.manager, dataset, 1n, 5, 'bob')).rejects.toThrow('does not hold');
  });

  it('of a revision come back in a rollback, and those it did not have end', async () => {
    await restoreAnnotations(db.manager, dataset, 2, 5);
    expect([await held(4), await held(5)]).toEqual([
      ['2 B', '3 C'],
      ['1 A', '2 B'],
    ]);
    // Forward again, and back to before all of them.
    await restoreAnnotations(db.manager, dataset, 4, 6);
    await restoreAnnotations(db.manager, dataset, 1, 7);
    expect([await held(5), await held(6), await held(7)]).toEqual([['1 A', '2 B'], ['2 B', '3 C'], []]);
    const history = await annotationHistory(db, dataset, 1n);
    expect(history.map(({ fromRevision, toRevision }) => [fromRevision, toRevision])).toEqual([
      [2, 3],
      [5, 6],
    ]);
  });

  it('that never became a revision leave no trace', async () => {
    const before = await db.query('SELECT * FROM annotation WHERE dataset = $1 ORDER BY row_id', [dataset]);
    await restoreAnnotations(db.manager, dataset, 4, 8);
    await abandonAnnotations(db.manager, dataset, 8);
    expect(await db.query('SELECT * FROM annotation WHERE dataset = $1 ORDER BY row_id', [dataset])).toEqual(
      before,
    );
  });
});

/*
 * Edits of a planted dataset of 60 neurons and 600 synapses in four columns of cells, of which body 7 alone has voxels:
 * those below 20 in y and x.
 */
describe('an edit', () => {
  const name = 'annotatedGraph';
  const inside = '{x: 5, y: 5, z: 1}';
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi(name);
    await finishRun(api.db, api.runId);
  });
  afterAll(() => api.stop());

  async function ask(query: string): Promise<Data> {
    const { data, errors } = await api.ask(query);
    expect(errors).toBeUndefined();
    return data;
  }
  const sentence = async (query: string): Promise<string> => {
    const { errors } = await api.ask(query);
    return errors?.[0].message ?? 'it was done';
  };
  const head = async () => Number((await ask(`{ dataset(name: "${name}") { revision } }`)).dataset.revision);

  /** Everything the graph says of connectivity, and counts. */
  const connectivity = () =>
    api.graph.inSession('READ', async (session) => {
      const { records } = await session.run(
        `MATCH (a:Segment {dataset: $name}) WHERE a.bodyId IS NOT NULL
         RETURN a.bodyId AS id, a.pre AS pre, a.post AS post, a.upstream AS upstream, a.downstream AS downstream,
           a.type AS type,
           COLLECT { MATCH (a)-[c:ConnectsTo]->(b:Segment) RETURN [b.bodyId, c.weight, c.weightHP, c.weightHR, c.excitatoryShare]
                     ORDER BY b.bodyId } AS out
         ORDER BY id`,
        { name },
      );
      return records.map((record) => record.toObject());
    });

  /** The same counted anew from the synapses that stand in the graph. */
  const recounted = () =>
    api.graph.inSession('READ', async (session) => {
      const { records } = await session.run(
        `MATCH (post:Synapse {dataset: $name, type: 'post'})<-[:SynapsesTo]-(pre:Synapse) WHERE post.siteId IS NOT NULL
         MATCH (m:Meta {dataset: $name})
         WITH pre.bodyId AS a, post.bodyId AS b, post, m WHERE a <= 60 AND b <= 60
         RETURN a, b, count(CASE WHEN post.confidence >= m.postHighAccuracyThreshold THEN 1 END) AS weight, count(*) AS all
         ORDER BY a, b`,
        { name },
      );
      return records.map(
        (record) => `${record.get('a')}>${record.get('b')} ${record.get('weight')}/${record.get('all')}`,
      );
    });
  const storedPairs = async () =>
    (await connectivity()).flatMap(({ id, out }) =>
      (out as bigint[][]).map(([b, weight, , all]) => `${id}>${b} ${weight}/${all}`),
    );

  /** Answers under masks of flags, and what they tell of flags: at the head, or at a revision. */
  async function flaggedAnswers(revision?: number): Promise<Data[]> {
    const of = `dataset: "${name}"${revision === undefined ? '' : `, revision: ${revision}`}`;
    const masked = `${of}, maskFlagged: exclude, minWeight: 1`;
    const ids = `bodyIds: [${Array.from({ length: 60 }, (_, n) => `"${n + 1}"`)}]`;
    const box =
      'box: {begin: {x: 0, y: 0, z: 0}, end: {x: 300, y: 300, z: 9}}, first: 1000, minConfidence: 0';
    const partners =
      '(maskFlagged: exclude, minWeight: 1, first: 50) { partnerId weight weightHP meanConfidence }';
    const fields = [
      `neuron(${of}, bodyId: "3") { downstreamPartners${partners} upstreamPartners${partners}
        qualityFlags { flagId synapses }
        unflaggedCounts { upstream downstream flaggedUpstream flaggedDownstream } }`,
      `neurons(${of}, first: 40, maskFlagged: exclude, minConfidence: 0.3) { items { bodyId pre post upstream downstream } }`,
      `connectionsBetween(${masked}, ${ids}) { preBodyId postBodyId weight weightHP }`,
      `hubs(${masked}, first: 10) { bodyId inputs outputs }`,
      `shortestPaths(${masked}, from: "1", to: "2") { bodyIds weights }`,
      `synapsesInBox(${of}, ${box}) { items { siteId qualityFlags } }`,
      `synapsesInBox(${of}, maskFlagged: all, ${box}) { items { siteId } }`,
      `synapsesNear(${of}, maskFlagged: all, point: {x: 60, y: 60, z: 2}, radiusNm: 300) { siteId preBodyId distanceNm }`,
      `excitationInhibition(${of}, ${ids}, maskFlagged: exclude) { bodyId excitatoryIn excitatoryOut inhibitoryOut }`,
      `neuronsByMorphology(${of}, minSizeVoxels: "1010") { bodyId size }`,
      `partnersByConfidence(${of}, bodyId: "3", minConfidence: 0.2, layer: "L4", measure: "synapseConfidence", lowest: 0.55) {
        partnerId weight masked }`,
      `qualityField(${of.replace(/revision: (\d+)/, 'revision: "$1"')}, layer: "L4", measure: "synapseConfidence") { values { cellKey qualityFlags } }`,
    ];
    const answers = [];
    for (const field of fields) answers.push((await ask(`{ answer: ${field} }`)).answer);
    return answers;
  }
  let flaggedThen: Data[];

  it('flags the cells that a box meets, and answers can leave their synapses out', async () => {
    const region = '{begin: {x: 0, y: 0, z: 0}, end: {x: 50, y: 150, z: 4}}';
    const made = await ask(
      `mutation { flag(dataset: "${name}", region: ${region}, reason: "dark", author: "ada", severity: "exclude", layer: "L1") { id revision } }`,
    );
    expect(made.flag).toEqual({ id: '1', revision: 2 });
    const { flags } = await ask(
      `{ flags(dataset: "${name}") { flagId reason severity layer author fromRevision cells synapses region { end { x y } } } }`,
    );
    expect(flags).toEqual([
      {
        flagId: '1',
        reason: 'dark',
        severity: 'exclude',
        layer: 'L1',
        author: 'ada',
        fromRevision: '2',
        cells: '2',
        synapses: '300',
        region: { end: { x: 50, y: 150 } },
      },
    ]);
    const partners = 'first: 1000, minWeight: 1) { partnerId weight }';
    const { neuron } = await ask(`{ neuron(dataset: "${name}", bodyId: "3") {
      all: downstreamPartners(${partners}
      masked: downstreamPartners(maskFlagged: exclude, ${partners}
      qualityFlags { flagId synapses }
      unflaggedCounts { upstream downstream flaggedUpstream flaggedDownstream } } }`);
    // Counted from the planted synapses: odd columns are not flagged.
    const { synapsesInBox } = await ask(`{ synapsesInBox(dataset: "${name}", first: 1000, minConfidence: 0,
      box: {begin: {x: 0, y: 0, z: 0}, end: {x: 300, y: 300, z: 9}}) { items { preBodyId postBodyId confidence qualityFlags } } }`);
    const expected = new Map<string, number>();
    for (const s of synapsesInBox.items) {
      if (s.preBodyId !== '3' || s.postBodyId === null || s.confidence < 0.5 || s.qualityFlags.length > 0)
        continue;
      expected.set(s.postBodyId, (expected.get(s.postBodyId) ?? 0) + 1);
    }
    const found = new Map(neuron.masked.map((p: Data) => [p.partnerId, Number(p.weight)]));
    expect(found).toEqual(expected);
    expect(neuron.masked.length).toBeLessThan(neuron.all.length);
    expect(neuron.qualityFlags[0].flagId).toBe('1');
    const { upstream, downstream, flaggedUpstream, flaggedDownstream } = neuron.unflaggedCounts;
    const of3 = synapsesInBox.items.filter((s: Data) => s.preBodyId !== null && s.postBodyId !== null);
    const count = (side: string, flagged: boolean) =>
      of3.filter((s: Data) => s[side] === '3' && s.qualityFlags.length > 0 === flagged).length;
    expect([upstream, downstream, flaggedUpstream, flaggedDownstream].map(Number)).toEqual([
      count('postBodyId', false),
      count('preBodyId', false),
      count('postBodyId', true),
      count('preBodyId', true),
    ]);
    const { qualityField } = await ask(
      `{ qualityField(dataset: "${name}", layer: "L4", measure: "synapseConfidence") { values { cellKey qualityFlags } } }`,
    );
    expect(
      qualityField.values.filter((v: Data) => v.qualityFlags.length > 0).map((v: Data) => v.cellKey),
    ).toEqual(['cell/0/0/0', 'cell/0/1/0']);
    const ids = `[${Array.from({ length: 60 }, (_, n) => `"${n + 1}"`)}]`;
    const between = `dataset: "${name}", bodyIds: ${ids}`;
    const answer = await ask(
      `{ all: connectionsBetween(${between}) { weight } masked: connectionsBetween(${between}, maskFlagged: all) { weight } }`,
    );
    const sum = (rows: Data[]) => rows.reduce((n, row) => n + Number(row.weight), 0);
    const counted = synapsesInBox.items.filter(
      (s: Data) => s.preBodyId && s.postBodyId && s.confidence >= 0.5 && s.qualityFlags.length === 0,
    );
    expect(sum(answer.masked)).toBe(counted.length);
    expect(sum(answer.all)).toBeGreaterThan(counted.length);
    flaggedThen = await flaggedAnswers();
    expect(await flaggedAnswers(2)).toEqual(flaggedThen);
    expect(await flaggedAnswers(1)).not.toEqual(flaggedThen);
  });

  it('names the type of the segment at a voxel, and takes it back', async () => {
    const mutation = `mutation { setCellType(dataset: "${name}", point: ${inside}, type: "KC", instance: "KC_1", author: "ada") { id revision } }`;
    const { setCellType } = await ask(mutation);
    expect(setCellType).toEqual({ id: '2', revision: 3 });
    const typeOf7 = `{ neuron(dataset: "${name}", bodyId: "${segmentId}") { type instance } }`;
    expect((await ask(typeOf7)).neuron).toEqual({ type: 'KC', instance: 'KC_1' });
    await ask(`mutation { endAnnotation(dataset: "${name}", id: "2", author: "bob") { revision } }`);
    expect((await ask(typeOf7)).neuron).toEqual({ type: null, instance: null });
  });

  it('corrects synapses, and weights and counts follow', async () => {
    const before = await connectivity();
    const of = { dataset: `dataset: "${name}", author: "ada"` };
    await ask(`mutation { deleteSynapse(${of.dataset}, siteId: "11") { revision } }`);
    await ask(
      `mutation { setSynapsePartner(${of.dataset}, siteId: "12", side: "post", point: ${inside}) { revision } }`,
    );
    await ask(
      `mutation { setSynapsePartner(${of.dataset}, siteId: "13", side: "pre", point: ${inside}) { revision } }`,
    );
    await ask(`mutation { setSynapseKind(${of.dataset}, siteId: "14", kind: "inhibitory") { revision } }`);
    const { addSynapse } = await ask(
      `mutation { addSynapse(${of.dataset}, pre: ${inside}, post: ${inside}, kind: "excitatory") { id revision } }`,
    );
    expect(await storedPairs()).toEqual(await recounted());
    const after = await connectivity();
    expect(after).not.toEqual(before);
    const { annotations } = await ask(`{ annotations(dataset: "${name}") { id kind what fromRevision } }`);
    expect(annotations.map((a: Data) => a.what)).toEqual([
      'exclude L1: dark',
      'delete synapse 11',
      'synapse 12: its postsynaptic partner is at 1,5,5',
      'synapse 13: its presynaptic partner is at 1,5,5',
      'synapse 14 is inhibitory',
      'add a synapse (excitatory) from 1,5,5',
    ]);
    // Back before the corrections and forward again: annotations and graph move together.
    await rollback(api.db, api.graph, { dataset: name, revision: 4, author: 'bob' });
    expect(await connectivity()).toEqual(before);
    expect((await annotationsAt(api.db, name, await head())).map((a) => a.id)).toEqual([1n]);
    await rollback(api.db, api.graph, { dataset: name, revision: addSynapse.revision, author: 'bob' });
    expect(await connectivity()).toEqual(after);
    expect(await annotationsAt(api.db, name, await head())).toHaveLength(6);
  });

  it('takes flags from the graph with a rollback, and brings them back', async () => {
    const flagIds = async () =>
      (await ask(`{ flags(dataset: "${name}") { flagId } }`)).flags.map((f: Data) => f.flagId);
    const now = await head();
    await rollback(api.db, api.graph, { dataset: name, revision: 1, author: 'bob' });
    expect(await flagIds()).toEqual([]);
    // After synapses were corrected and flags were taken back, a pinned request still gets what was answered then.
    expect(await flaggedAnswers(2)).toEqual(flaggedThen);
    expect(await flaggedAnswers()).not.toEqual(flaggedThen);
    await rollback(api.db, api.graph, { dataset: name, revision: now, author: 'bob' });
    expect(await flagIds()).toEqual(['1']);
  });

  it.each([
    [
      'flag a region outside',
      'flag',
      'region: {begin: {x: 0, y: 0, z: 0}, end: {x: 999, y: 1, z: 1}}, reason: "r"',
      'The region 0,0,0:1,1,999 is not inside the volume of 4×200×200 voxels.',
    ],
    [
      'flag an inverted region',
      'flag',
      'region: {begin: {x: 9, y: 0, z: 0}, end: {x: 1, y: 1, z: 1}}, reason: "r"',
      'The region is no box of voxels.',
    ],
    [
      'flag without a reason',
      'flag',
      'region: {begin: {x: 0, y: 0, z: 0}, end: {x: 1, y: 1, z: 1}}, reason: " "',
      "The annotation's payload.reason cannot be used",
    ],
    [
      'name a cell where there is no segment',
      'setCellType',
      'point: {x: 150, y: 150, z: 1}, type: "T"',
      'There is no segment at 1,150,150.',
    ],
    [
      'name a cell outside',
      'setCellType',
      'point: {x: 5, y: 5, z: 4}, type: "T"',
      'The point 4,5,5 is not inside the volume',
    ],
    ['delete a synapse twice', 'deleteSynapse', 'siteId: "11"', `The dataset "${name}" has no synapse 11.`],
    [
      'change an unknown synapse',
      'setSynapseKind',
      'siteId: "123456", kind: "inhibitory"',
      `The dataset "${name}" has no synapse 123456.`,
    ],
    [
      'say what is so already',
      'setSynapseKind',
      'siteId: "14", kind: "inhibitory"',
      'Synapse 14 is so already.',
    ],
    [
      'move a partner into nothing',
      'setSynapsePartner',
      'siteId: "15", side: "pre", point: {x: 150, y: 150, z: 1}',
      'There is no segment at 1,150,150.',
    ],
    ['end what does not hold', 'endAnnotation', 'id: "77"', `The dataset "${name}" has no annotation 77`],
  ])('refuses to %s, and changes nothing', async (_, mutation, given, message) => {
    const before = [
      await head(),
      await connectivity(),
      await api.db.query('SELECT count(*) FROM annotation'),
    ];
    const field = `mutation { ${mutation}(dataset: "${name}", author: "ada", ${given}) { revision } }`;
    expect(await sentence(field)).toContain(message);
    expect([
      await head(),
      await connectivity(),
      await api.db.query('SELECT count(*) FROM annotation'),
    ]).toEqual(before);
  });

  it('is made on the command line too', async () => {
    const flagged = await stratome(
      'flag',
      name,
      '--region',
      '0,0,100:4,100,200',
      '--reason',
      'torn',
      '--author',
      'eve',
    );
    expect(flagged).toMatchObject({ code: 0, json: { cells: 1, synapses: 150 } });
    const { flag } = flagged.json as unknown as { flag: string };
    expect((await stratome('flags', name)).json).toMatchObject({
      flags: [{ id: '1' }, { id: flag, severity: 'warn', author: 'eve', region: '0,0,100:4,100,200' }],
    });
    expect((await stratome('unflag', name, flag)).code).toBe(0);
    const again = await stratome('unflag', name, flag);
    expect(again.code).toBe(3);
    expect(again.json.error?.message).toContain(`has no flag ${flag} at revision`);
    const listed = await stratome('annotations', name, '--revision', '2');
    expect((listed.json as unknown as { annotations: unknown[] }).annotations).toHaveLength(1);
  });
});
