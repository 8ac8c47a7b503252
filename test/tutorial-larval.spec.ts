import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deleteDataset, readGraphFiles, synapsesOf } from '@stratome/connectome';
import { openDatabase, removeAnalyses } from '@stratome/operations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGraph } from './graph-tissue.js';
import { stratome } from './stratome-command.js';

/* Runs the commands of a tutorial as they stand there, and holds their answers against those it shows. */

const shared = process.env.STRATOME_SHARED || fileURLToPath(new URL('../../shared', import.meta.url));
const data = join(shared, 'data/graphs/neuropull/data/maggot_brain');
const tutorial = fileURLToPath(new URL('../docs/tutorials/larval-circuits.md', import.meta.url));
const dataset = 'larva';
const there = existsSync(data);
if (!there) console.log(`The larval brain is not at ${data}; its tutorial is skipped.`);

let out: string;

/** Words of a command line; quotes keep words together. */
const wordsOf = (line: string) =>
  (line.match(/'[^']*'|\S+/g) ?? []).map((word) =>
    word
      .replace(/^'(.*)'$/, '$1')
      .replace('../shared', shared)
      .replace('$OUT', out),
  );

async function steps(): Promise<{ command: string; answer: object }[]> {
  const text = await readFile(tutorial, 'utf8');
  const blocks = [...text.matchAll(/```(sh|json)\n(.*?)```/gs)].map(([, kind, body]) => ({
    kind,
    body: body.trim(),
  }));
  return blocks.flatMap(({ kind, body }, i) =>
    kind === 'sh' ? [{ command: body, answer: JSON.parse(blocks[i + 1].body) as object }] : [],
  );
}

async function clean(): Promise<void> {
  const graph = await openTestGraph();
  await deleteDataset(graph, dataset);
  await graph.close();
  const db = await openDatabase(process.env.POSTGRES_URL!);
  await removeAnalyses(db, dataset);
  await db.destroy();
}

describe.skipIf(!there)('the tutorial on the larval brain', () => {
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'larva-'));
    await clean();
  });
  afterAll(async () => {
    await clean();
    await rm(out, { recursive: true, force: true });
  });

  it('gives the answers it shows, and its export is the graph that was imported', async () => {
    const all = await steps();
    expect(all.length).toBeGreaterThan(8);
    for (const { command, answer } of all) {
      const [npx, name, ...args] = wordsOf(command);
      expect([npx, name]).toEqual(['npx', 'stratome']);
      const { code, json } = await stratome(...args.filter((word) => word !== '--json'));
      expect(code, `${command}\n${JSON.stringify(json)}`).toBe(0);
      expect(json, command).toMatchObject(answer);
    }
    const { json } = await stratome('status');
    const listed = (json.datasets as unknown as { name: string; imported: boolean }[]).find(
      ({ name }) => name === dataset,
    );
    expect(listed).toMatchObject({ imported: true, headRevision: 1, run: null });
    const [given, exported] = await Promise.all([readGraphFiles(data), readGraphFiles(out)]);
    expect(exported.bodyIds).toEqual(given.bodyIds);
    expect(exported.edges.sources).toEqual(given.edges.sources);
    expect(exported.edges.targets).toEqual(given.edges.targets);
    expect(exported.edges.weights).toEqual(given.edges.weights);
    expect([exported.bodyIds.length, exported.edges.weights.length, synapsesOf(exported)]).toEqual([
      2952,
      110_677,
      352_611n,
    ]);
  }, 900_000);
});
