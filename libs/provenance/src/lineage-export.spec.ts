import { describe, expect, it } from 'vitest';
import { captureEnvironment } from './capture.js';
import { provJsonLines, toOpenLineage, toProvJson, type Lineage, type LineageRun } from './lineage-export.js';
import { noModel } from './record.js';

const hash = (digit: string) => digit.repeat(64);
const em = { kind: 'em/0', key: '0/0/0', hash: hash('b') };
const common = {
  layer: 'L2',
  inputHash: hash('1'),
  code: { commit: 'abc', dirty: false },
  model: noModel,
  parameters: { spacingPx: 64 },
  environment: captureEnvironment(import.meta.url, 'none'),
  outputHash: hash('2'),
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:01:00.000Z',
};
const runs: LineageRun[] = [
  {
    ...common,
    id: '00000000-0000-4000-8000-000000000001',
    stage: 'render',
    used: [{ kind: 'tile', key: '0/0', hash: hash('a') }],
    generated: [em],
  },
  {
    ...common,
    id: '00000000-0000-4000-8000-000000000002',
    stage: 'affinities',
    used: [em],
    generated: [{ kind: 'affinities/0', key: '0/0/0', hash: hash('c') }],
  },
];

const tile = { kind: 'tile', key: '0/0', hash: hash('a') };
const lineage: Lineage = {
  dataset: 'd',
  runs,
  derivations: [{ of: em, from: tile, role: 'pixels', run: runs[0].id }],
  subject: { what: 'synapse', id: 7n, readFrom: [em] },
};

describe('PROV-JSON', () => {
  const document = toProvJson(lineage);
  const statements = (kind: string) => Object.values(document[kind]) as Record<string, string>[];

  it('joins what one run wrote to the run that read it', () => {
    const generated = statements('wasGeneratedBy').find((g) => g['prov:activity'].endsWith('0001'))!;
    expect(document.entity[generated['prov:entity']]).toMatchObject({ 'stratome:sha256': em.hash });
    expect(statements('used')).toContainEqual({
      'prov:activity': 'stratome:run-00000000-0000-4000-8000-000000000002',
      'prov:entity': generated['prov:entity'],
    });
  });

  it('derives the synapse from what it was read from, and that from the tile whose pixels it holds', () => {
    const [result, synapse] = statements('wasDerivedFrom');
    expect(synapse).toEqual({
      'prov:generatedEntity': 'stratome:synapse-d-7',
      'prov:usedEntity': result['prov:generatedEntity'],
    });
    expect(document.entity[result['prov:usedEntity']]).toMatchObject({ 'stratome:sha256': tile.hash });
    expect(result['prov:type']).toMatchObject({ $: 'stratome:PixelsFrom' });
  });

  it('is the same as text', () => {
    expect(JSON.parse([...provJsonLines(document)].join('\n'))).toEqual(document);
  });

  it('names nothing that it does not describe', () => {
    const known = new Set(['entity', 'activity', 'agent'].flatMap((kind) => Object.keys(document[kind])));
    for (const kind of ['used', 'wasGeneratedBy', 'wasAssociatedWith', 'wasDerivedFrom'])
      for (const statement of statements(kind))
        for (const role of ['entity', 'activity', 'agent', 'generatedEntity', 'usedEntity'].map(
          (r) => `prov:${r}`,
        ))
          if (statement[role]) expect(known).toContain(statement[role]);
    expect(toProvJson(lineage)).toEqual(document);
  });
});

describe('OpenLineage', () => {
  it('is one complete event a run, whose outputs are the inputs of the next', () => {
    const events = [...toOpenLineage({ dataset: 'd', runs })] as {
      eventType: string;
      inputs: unknown[];
      outputs: unknown[];
    }[];
    expect(events.map((e) => e.eventType)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(events[1].inputs).toEqual(events[0].outputs);
    expect(events[0].outputs).toEqual([
      {
        namespace: 'stratome:d',
        name: 'em/0/0/0/0',
        facets: { version: expect.objectContaining({ datasetVersion: em.hash }) },
      },
    ]);
  });
});
