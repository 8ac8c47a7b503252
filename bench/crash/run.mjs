// npm run bench:crash -- [--points a,b] [--random n] [--seed n] [--home folder]
//
// Kills processes of Stratome, as kill -9 does, at the named crash points of a run and of a rollback, and at random
// moments, on a small phantom with servers of its own. After each, readers must see the revision before whole or the new
// one whole: what graph and artefacts say at Head is compared with undisturbed revisions. Then the command is repeated and
// must complete. A point may say of which stage (finishStage.before:graph), and of which command (rollback/graph.after).
// A home folder that is named is kept, with the phantom.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGraph, queries } from '@stratome/connectome';
import { crashPoints, hashJson, seededRandom } from '@stratome/core';
import { intendedRevision, openDatabase, requireDataset } from '@stratome/operations';
import { resetServices, startServices, stopServices } from '@stratome/services';
import { stateAtHead } from '../../test/revision-state.mjs';
import { completed, killed } from './killed.mjs';

const { values: options } = parseArgs({
  options: {
    points: { type: 'string' },
    random: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    home: { type: 'string' },
  },
});
const dataset = 'crash';
const say = (line) => process.stderr.write(`${line}\n`);

/** Every point of a run, the last stage's apart; then those of a rollback. What tidies up is passed by neither. */
const everyPoint = [
  ...crashPoints.filter((name) => !/^(intent|completion|dropIntent)\./.test(name)),
  ...['planStage', 'finishStage'].flatMap((name) => [`${name}.before:graph`, `${name}.after:graph`]),
  ...crashPoints
    .filter((name) => /^(intent|graph|completion)\./.test(name))
    .map((name) => `rollback/${name}`),
];
const cases = (options.points === undefined ? everyPoint : options.points.split(',').filter(Boolean)).map(
  (given) => ({ command: given.includes('/') ? given.split('/')[0] : 'run', point: given.split('/').at(-1) }),
);

/** Two contents that a run goes between without any model being executed again. */
const settings = { a: 'graph.postHighAccuracy=0.5', b: 'graph.postHighAccuracy=0.8' };
/** Longest moment at which a command is killed, ms: about as long as it takes. */
const longestMs = { run: 16_000, rollback: 5_000 };

const home = options.home ?? (await mkdtemp(join(tmpdir(), 'stratome-crash-')));
const { neo4j, postgres } = await startServices({ home, onProgress: say });
const db = await openDatabase(postgres.url);
const graph = await openGraph(neo4j);

const headRevision = async () => Number((await graph.first(queries.head, { dataset }))?.revision ?? 0);

/** The last stage's measurements: readers have them from the graph, PostgreSQL's row of them follows. */
const ownRecord = /^measures\/graph /;

/** What readers see, and its revision; and what PostgreSQL says of the last stage's own measurements. */
async function seen() {
  const { shown, volumes } = await stateAtHead(db, graph, dataset);
  const lines = volumes.split('\n');
  const read = lines.filter((line) => !ownRecord.test(line));
  const own = lines.filter((line) => ownRecord.test(line));
  return { revision: await headRevision(), hash: hashJson({ shown, read }), own: own.join() };
}

async function mustComplete(...args) {
  const { code, last } = await completed(home, args);
  if (code !== 0) throw new Error(`stratome ${args.join(' ')} failed: ${last}`);
}

/** Stands in for waiting until the silence of killed workers counts: 45 s that prove nothing. */
const silence = () =>
  db.query(
    `UPDATE run SET heartbeat_at = heartbeat_at - interval '1 minute' WHERE dataset = $1 AND state = 'running'`,
    [dataset],
  );

/** PostgreSQL and Neo4j agree, and nothing is left half-way. */
async function inStep() {
  const { headRevision: head, writingRun } = await requireDataset(db, dataset);
  return (
    head === (await headRevision()) && writingRun === null && (await intendedRevision(db, dataset)) === null
  );
}

async function oneCase({ command, point, afterMs }, shown, contents) {
  const target = shown === 'a' ? 'b' : 'a';
  const args =
    command === 'run'
      ? ['run', dataset, '--set', settings[target]]
      : ['rollback', dataset, String(contents[target].revision)];
  const before = await headRevision();
  const reached = await killed(home, args, { point, afterMs });
  const after = await seen();
  const through = after.revision > before;
  const whole = after.revision <= before + 1 && after.hash === contents[through ? target : shown].hash;
  const recordFollows = after.own !== contents[through ? target : shown].own;
  await silence();
  const repeat = await completed(home, args);
  const repeated = await seen();
  const repeatCompleted =
    repeat.code === 0 &&
    repeated.hash === contents[target].hash &&
    repeated.own === contents[target].own &&
    (await inStep());
  const name = point ?? `${afterMs} ms`;
  const readersSaw = through ? 'new' : 'old';
  const result = { command, name, reached, readersSaw, whole, recordFollows, repeatCompleted };
  return { result: repeatCompleted ? result : { ...result, why: repeat.last }, target };
}

/** The two contents, made undisturbed; the second is shown at the end. */
async function undisturbed() {
  if ((await headRevision()) === 0) {
    say('A small phantom through all stages');
    await mustComplete('start', '--once', '--tiny', '--name', dataset, '--seed', options.seed);
  }
  const contents = {};
  for (const name of ['a', 'b']) {
    await mustComplete('run', dataset, '--set', settings[name]);
    contents[name] = await seen();
  }
  if (contents.a.hash === contents.b.hash) throw new Error('The two contents do not differ.');
  return contents;
}

try {
  const contents = await undisturbed();
  const random = seededRandom(`crash ${options.seed}`);
  const moments = Array.from({ length: Number(options.random) }, (_, n) => {
    const command = n % 2 === 0 ? 'run' : 'rollback';
    return { command, afterMs: Math.round(random.next() * longestMs[command]) };
  });
  const results = [];
  let shown = 'b';
  for (const each of [...cases, ...moments]) {
    const { result, target } = await oneCase(each, shown, contents);
    results.push(result);
    say(`${results.length}/${cases.length + moments.length} ${JSON.stringify(result)}`);
    if (!result.repeatCompleted) break;
    shown = target;
  }
  const points = results.slice(0, cases.length);
  const atRandom = results.slice(cases.length);
  const count = (test) => atRandom.filter(test).length;
  const summary = {
    points,
    random: {
      moments: atRandom.length,
      reached: count(({ reached }) => reached),
      sawOld: count(({ readersSaw }) => readersSaw === 'old'),
      sawNew: count(({ readersSaw }) => readersSaw === 'new'),
      whole: count(({ whole }) => whole),
      repeatCompleted: count(({ repeatCompleted }) => repeatCompleted),
      failures: atRandom.filter(({ whole, repeatCompleted }) => !whole || !repeatCompleted),
    },
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  const sound = ({ whole, repeatCompleted }) => whole && repeatCompleted;
  process.exitCode = results.every(sound) && points.every(({ reached }) => reached) ? 0 : 1;
} finally {
  await db.destroy();
  await graph.close();
  if (options.home) await stopServices({ home });
  else {
    await resetServices({ home });
    await rm(home, { recursive: true, force: true });
  }
}
