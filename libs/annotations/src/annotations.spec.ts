import type { Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import {
  addedSynapseId,
  annotationsCsv,
  applySynapseCorrections,
  parseAnnotation,
  parsePoint,
  requireBoxInVolume,
  requirePointInVolume,
  resolveCellTypes,
  type Annotation,
  type AnnotationContent,
  type CellTypeContent,
  type CorrectableSynapse,
  type SynapseCorrectionContent,
} from './index.js';

const stored = <C extends AnnotationContent>(id: number, content: C, fromRevision = id): Annotation<C> => ({
  ...content,
  dataset: 'd',
  id: BigInt(id),
  fromRevision,
  toRevision: null,
  author: 'ada',
  note: null,
  createdAt: new Date('2026-01-02T03:04:05Z'),
  endedBy: null,
  endedAt: null,
});

describe('an annotation', () => {
  const box = { begin: [0, 0, 0], end: [1, 2, 3] };

  it('is read with its defaults', () =>
    expect(
      parseAnnotation({
        kind: 'qualityFlag',
        target: { box },
        payload: { reason: ' dark ', severity: 'warn' },
      }),
    ).toMatchObject({ payload: { reason: 'dark', severity: 'warn', layer: null, diagnosisId: null } }));

  it.each([
    [{ kind: 'rumour', target: {}, payload: {} }, 'kind'],
    [{ kind: 'qualityFlag', target: { box }, payload: { reason: ' ', severity: 'warn' } }, 'payload.reason'],
    [
      {
        kind: 'qualityFlag',
        target: { box: { begin: [1, 0, 0], end: [1, 2, 3] } },
        payload: { reason: 'r', severity: 'warn' },
      },
      'target.box',
    ],
    [{ kind: 'cellType', target: { point: [1, 2] }, payload: { type: 'T1' } }, 'target.point'],
    [
      {
        kind: 'synapseCorrection',
        target: { synapseId: '5', point: [1, 2, 3] },
        payload: { action: 'setKind', synapseKind: 'electric' },
      },
      'payload.synapseKind',
    ],
  ])('is refused by the name of its field: %j', (given, field) =>
    expect(() => parseAnnotation(given)).toThrow(`The annotation's ${field} cannot be used`),
  );

  it('lies in the volume', () => {
    const shape: Vec3 = [10, 20, 30];
    expect(requirePointInVolume(parsePoint('9,19,29'), shape)).toEqual([9, 19, 29]);
    expect(() => requirePointInVolume([10, 0, 0], shape)).toThrow('not inside the volume of 10×20×30 voxels');
    expect(() => requireBoxInVolume({ begin: [0, 0, 0], end: [10, 20, 31] }, shape)).toThrow('not inside');
    expect(() => requireBoxInVolume({ begin: [5, 0, 0], end: [4, 2, 2] }, shape)).toThrow(
      'empty or inverted',
    );
    expect(() => parsePoint('1,2')).toThrow('is not a point');
  });
});

describe('cell types', () => {
  const typed = (id: number, point: Vec3, type: string): Annotation<CellTypeContent> =>
    stored(id, { kind: 'cellType', target: { point }, payload: { type, instance: null } });

  it('go to the segments at their points; of two in one segment the later holds', () => {
    const annotations = [
      typed(3, [0, 0, 9], 'late'),
      typed(1, [0, 0, 1], 'early'),
      typed(2, [0, 0, 5], 'gone'),
    ];
    const { types, unresolved } = resolveCellTypes(annotations, ({ target }) =>
      target.point[2] === 5 ? null : 7n,
    );
    expect([...types]).toEqual([[7n, { type: 'late', instance: null, annotationId: 3n }]]);
    expect(unresolved.map(({ annotationId }) => annotationId)).toEqual([2n, 1n]);
  });
});

describe('synapse corrections', () => {
  interface Row extends CorrectableSynapse {
    readonly cellKey: string;
  }
  const row = (synapseId: bigint, x: number): Row => ({
    synapseId,
    preSiteId: 100n,
    preBodyId: 1n,
    postBodyId: 2n,
    preLocation: { z: 0, y: 0, x },
    postLocation: { z: 0, y: 0, x: x + 1 },
    kind: 'excitatory',
    excitatoryProbability: 0.8,
    inhibitoryProbability: 0.2,
    cellKey: 'cell/0/0/0',
  });
  const synapses = [row(10n, 10), row(20n, 20), row(30n, 60)];
  const correct = (
    id: number,
    synapseId: string | null,
    x: number,
    payload: SynapseCorrectionContent['payload'],
  ) => stored(id, { kind: 'synapseCorrection', target: { synapseId, point: [0, 0, x] }, payload });
  const apply = (...corrections: Annotation<SynapseCorrectionContent>[]) =>
    applySynapseCorrections(synapses, corrections, {
      voxelNm: [10, 10, 10],
      bodyAt: ([, , x]) => (x < 1000 ? BigInt(x) : null),
      complete: (added) => ({ ...added, cellKey: 'added' }),
    });

  it('delete, change kind and partner, and add; what they do not name stays the same object', () => {
    const { synapses: corrected, touched } = apply(
      correct(1, '10', 11, { action: 'delete' }),
      correct(2, '20', 21, { action: 'setKind', synapseKind: 'inhibitory' }),
      correct(3, '20', 21, { action: 'setPartner', side: 'pre', partnerPoint: [0, 0, 5] }),
      correct(4, null, 40, { action: 'add', prePoint: [0, 0, 41], synapseKind: 'excitatory' }),
    );
    const byId = new Map(corrected.map((s) => [s.synapseId, s]));
    expect([...byId.keys()]).toEqual([20n, 30n, addedSynapseId(4n)]);
    expect(byId.get(30n)).toBe(synapses[2]);
    expect(byId.get(20n)).toMatchObject({
      kind: 'inhibitory',
      inhibitoryProbability: 1,
      preBodyId: 5n,
      postBodyId: 2n,
      preSiteId: addedSynapseId(3n),
      cellKey: 'cell/0/0/0',
    });
    expect(byId.get(addedSynapseId(4n))).toMatchObject({
      preBodyId: 41n,
      postBodyId: 40n,
      confidence: 1,
      cellKey: 'added',
    });
    expect([...touched]).toEqual([10n, 20n, addedSynapseId(4n)]);
  });

  it('find a synapse again that got another id, and never one that lies elsewhere', () => {
    const near = apply(correct(1, '999', 24, { action: 'delete' }));
    expect(near.synapses.map((s) => s.synapseId)).toEqual([10n, 30n]);
    // Id 30 lies 400 nm away from the place that was recorded: it is another synapse by now.
    const elsewhere = apply(correct(2, '30', 20, { action: 'delete' }));
    expect(elsewhere.synapses.map((s) => s.synapseId)).toEqual([10n, 30n]);
    const nothing = apply(correct(3, '30', 200, { action: 'delete' }));
    expect(nothing.synapses).toEqual(synapses);
    expect(nothing.unresolved).toEqual([
      { annotationId: 3n, why: 'there is no synapse at its place any more' },
    ]);
  });

  it('change nothing where a partner’s point lies in no segment', () => {
    const { synapses: same, unresolved } = apply(
      correct(1, '10', 11, { action: 'setPartner', side: 'post', partnerPoint: [0, 0, 5000] }),
    );
    expect(same).toEqual(synapses);
    expect(unresolved.map(({ annotationId }) => annotationId)).toEqual([1n]);
  });
});

it('annotations are exported as CSV with quoted fields', () => {
  const flag = stored(5, {
    kind: 'qualityFlag',
    target: { box: { begin: [0, 0, 0], end: [1, 2, 3] } },
    payload: { reason: 'dark, "very"', severity: 'exclude', layer: 'L1', diagnosisId: null },
  });
  expect(annotationsCsv([flag]).split('\r\n')).toEqual([
    'id,kind,place,what,fromRevision,toRevision,author,createdAt,endedBy,endedAt,note',
    '5,qualityFlag,"0,0,0:1,2,3","exclude L1: dark, ""very""",5,,ada,2026-01-02T03:04:05.000Z,,,',
    '',
  ]);
});
