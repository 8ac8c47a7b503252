// npm run bench:crash -- [--commands run,rollback,…] [--points a,b] [--random n] [--seed n] [--home folder]
//
// Kills processes of Stratome, as kill -9 does, at the named crash points of a run, a rollback, a region made again, an
// annotation and the first run of a dataset, and at random moments, on a small phantom with servers of its own. After each,
// readers must see the revision before whole or the new one whole: what graph and artefacts say at Head is compared with
// undisturbed revisions. Then the command is repeated at once and must complete. A point may say of which stage
// (finishStage.before:graph), and of which command (rollback/graph.after). A home folder that is named is kept.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGraph, queries } from '@stratome/connectome';
import { hashJson, seededRandom } from '@stratome/core';
import { intendedRevision, openDatabase, requireDataset } from '@stratome/operations';
import { resetServices, startServices, stopServices } from '@stratome/services';
import { stateAtHead } from '../../test/revision-state.mjs';
import { familiesOf } from './families.mjs';
import { completed, killed } from './killed.mjs';

const { values: options } = parseArgs({
  options: {
    commands: { type: 'string' },
    points: { type: 'string' },
    random: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    home: { type: 'string' },
  },
});
const dataset = 'crash';
const say = (line) => process.stderr.write(`${line}\n`);

const home = options.home ?? (await mkdtemp(join(tmpdir(), 'stratome-crash-')));
const { neo4j, postgres } = await startServices({ home, onProgress: say });
const db = await openDatabase(postgres.url);
const graph = await openGraph(neo4j);

const headOf = async (name) => Number((await graph.first(queries.head, { dataset: name }))?.revision ?? 0);

/** The last stage's measurements: readers have them from the graph, PostgreSQL's row of them follows. */
const ownRecord = /^measures\/graph /;

/** What readers see, and its revision; and what PostgreSQL says of the last stage's own measurements. */
async function seen(name) {
  const revision = await headOf(name);
  if (revision === 0) {
    const listed = (await graph.run(queries.datasets, {})).some(({ dataset: each }) => each === name);
    return { revision, hash: listed ? 'listed without a revision' : 'nothing', own: '' };
  }
  const { shown, volumes } = await stateAtHead(db, graph, name);
  const lines = volumes.split('\n');
  const read = lines.filter((line) => !ownRecord.test(line));
  const own = lines.filter((line) => ownRecord.test(line));
  return { revision, hash: hashJson({ shown, read }), own: own.join() };
}

async function mustComplete(...args) {
  const { code, last } = await completed(home, args);
  if (code !== 0) throw new Error(`stratome ${args.join(' ')} failed: ${last}`);
}

/** PostgreSQL and Neo4j agree, and nothing is left half-way. */
async function inStep(name) {
  const { headRevision: head, writingRun } = await requireDataset(db, name);
  return head === (await headOf(name)) && writingRun === null && (await intendedRevision(db, name)) === null;
}

/** Kills a command on its way from one content to another. @returns what was seen then, and after it was repeated */
async function oneCase(family, { command, point, afterMs }, from, to) {
  const name = family.anew ? `${dataset}_first` : dataset;
  const before = await headOf(name);
  const reached = await killed(home, family.args, { point, afterMs });
  const after = await seen(name);
  const through = after.revision > before;
  const expected = through ? to : from;
  const whole = after.revision <= before + 1 && after.hash === expected.hash;
  const recordFollows = after.own !== expected.own;
  const again = through && family.refusesTwice ? ['revisions', name] : family.args;
  const repeat = await completed(home, again);
  const repeated = await seen(name);
  const repeatCompleted =
    repeat.code === 0 && repeated.hash === to.hash && repeated.own === to.own && (await inStep(name));
  const readersSaw = through ? 'new' : 'old';
  const label = point ?? `${afterMs} ms`;
  const result = { command, name: label, reached, readersSaw, whole, recordFollows, repeatCompleted };
  return repeatCompleted ? result : { ...result, why: repeat.last };
}

/** The two contents of a family, made undisturbed; the second is shown at the end. */
async function undisturbed(family) {
  const contents = {};
  for (const name of ['a', 'b']) {
    await mustComplete(...family.make(name));
    contents[name] = await seen(dataset);
  }
  if (contents.a.hash === contents.b.hash) throw new Error('The two contents do not differ.');
  return contents;
}

const forget = () => completed(home, ['reset', '--dataset', `${dataset}_first`, '--yes']);

/** All cases of one command, one after the other. */
async function* casesOf(family, cases) {
  if (family.anew) {
    const args = family.command();
    await forget();
    await mustComplete(...args);
    const whole = await seen(`${dataset}_first`);
    for (const each of cases) {
      await forget();
      yield await oneCase({ ...family, args }, each, { hash: 'nothing', own: '' }, whole);
    }
    return;
  }
  const contents = await undisturbed(family);
  let shown = 'b';
  for (const each of cases) {
    const target = shown === 'a' ? 'b' : 'a';
    const args = family.command(target, contents);
    yield await oneCase({ ...family, args }, each, contents[shown], contents[target]);
    shown = target;
  }
}

/** z,y,x of a synapse, which lies in a segment. */
async function aPlace() {
  const box = { low: { x: 0, y: 0, z: 0 }, high: { x: 1e6, y: 1e6, z: 1e6 }, minConfidence: 0 };
  const [site] = await graph.run(queries.synapsesInBox, { dataset, ...box, after: -1n, limit: 1 });
  const { z, y, x } = site.location;
  return [z, y, x].map(Math.floor).join();
}

/** Named points and random moments by command; points without one are those of a run. */
function plan(families) {
  const named = options.points?.split(',').filter(Boolean);
  const commands = options.commands?.split(',') ?? Object.keys(families);
  const cases = commands.flatMap((command) => {
    const wanted = named?.map((given) => (given.includes('/') ? given.split('/') : ['run', given]));
    const points = wanted?.filter(([of]) => of === command).map(([, point]) => point);
    return (points ?? families[command].points).map((point) => ({ command, point }));
  });
  const random = seededRandom(`crash ${options.seed}`);
  const moments = Array.from({ length: Number(options.random) }, (_, n) => {
    const command = commands[n % commands.length];
    return { command, afterMs: Math.round(random.next() * families[command].longestMs) };
  });
  return { commands, cases, moments };
}

function summaryOf(results) {
  const points = results.filter(({ name }) => !name.endsWith(' ms'));
  const atRandom = results.filter(({ name }) => name.endsWith(' ms'));
  const count = (test) => atRandom.filter(test).length;
  return {
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
}

try {
  if ((await headOf(dataset)) === 0) {
    say('A small phantom through all stages');
    await mustComplete('start', '--once', '--tiny', '--name', dataset, '--seed', options.seed);
  }
  const families = familiesOf({ dataset, seed: options.seed, place: await aPlace() });
  const { commands, cases, moments } = plan(families);
  const total = cases.length + moments.length;
  const results = [];
  let broken = false;
  for (const command of commands) {
    const own = [...cases, ...moments].filter((each) => each.command === command);
    if (broken || own.length === 0) continue;
    for await (const result of casesOf(families[command], own)) {
      results.push(result);
      say(`${results.length}/${total} ${JSON.stringify(result)}`);
      broken = !result.repeatCompleted;
      if (broken) break;
    }
  }
  const summary = summaryOf(results);
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  const sound = ({ whole, repeatCompleted }) => whole && repeatCompleted;
  const all = results.every(sound) && summary.points.every(({ reached }) => reached);
  process.exitCode = all ? 0 : 1;
} finally {
  await db.destroy();
  await graph.close();
  if (options.home) await stopServices({ home });
  else {
    await resetServices({ home });
    await rm(home, { recursive: true, force: true });
  }
}
