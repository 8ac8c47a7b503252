// node bench/reprocess/equality.mjs TILES --region z0,y0,x0:z1,y1,x1 [--from STAGE] [--set group.name=value]
//                                   [--workers N] [--home FOLDER] [--json]
//
// Makes a region again, and runs the whole dataset anew with the same parameters of the region, in two home folders with servers of
// their own, so that the second finds nothing that the first has made. Both must say the same: every object's hash, and all
// that readers of the graph see. A home folder that is named is kept, and what is complete in it is not run again.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openGraph } from '@stratome/connectome';
import { openDatabase, requireDataset } from '@stratome/operations';
import { startServices, stopServices } from '@stratome/services';
import { stateAtHead } from '../../test/revision-state.mjs';
import { runStratome } from '../stratome-command.mjs';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    region: { type: 'string' },
    from: { type: 'string', default: 'L3' },
    set: { type: 'string', multiple: true, default: ['segmentation.threshold=0.35'] },
    workers: { type: 'string', default: '2' },
    home: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
if (positionals.length !== 1 || !options.region) {
  console.error('Say which tiles and which region: equality.mjs TILES --region z0,y0,x0:z1,y1,x1.');
  process.exit(2);
}
const dataset = 'equality';
const tiles = resolve(positionals[0]);
const say = (line) => process.stderr.write(`${line}\n`);

/** Runs the command, showing its progress. @returns what it printed, with the seconds that it took */
async function stratome(home, ...args) {
  const began = performance.now();
  say(`stratome ${args.join(' ')}`);
  const printed = await runStratome({ home }, ...args);
  const wallSeconds = Math.round((performance.now() - began) / 1000);
  say(`stratome ${args[0]}: ${wallSeconds} s`);
  return { ...printed, wallSeconds };
}

/** What readers of the head see, as sorted lines, after the dataset was run and what follows it. */
async function stateAfter(home, runArguments, then) {
  await mkdir(home, { recursive: true });
  const { neo4j, postgres } = await startServices({ home, onProgress: say });
  const db = await openDatabase(postgres.url);
  const graph = await openGraph(neo4j);
  try {
    const start = ['start', '--input', tiles, '--name', dataset, '--workers', options.workers, '--once'];
    const known = await requireDataset(db, dataset).catch(() => ({ headRevision: 0 }));
    const run = known.headRevision > 0 ? undefined : await stratome(home, ...start, ...runArguments);
    const made = await then?.(known.headRevision);
    const { shown, volumes } = await stateAtHead(db, graph, dataset);
    return { run, made, shown: shown.split('\n'), volumes: volumes.split('\n') };
  } finally {
    await db.destroy();
    await graph.close();
    await stopServices({ home });
  }
}

/** Lines that only one of the two has. */
function difference(a, b) {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [
    ...a.filter((l) => !inB.has(l)).map((l) => `- ${l}`),
    ...b.filter((l) => !inA.has(l)).map((l) => `+ ${l}`),
  ];
}

const home = options.home ? resolve(options.home) : await mkdtemp(join(tmpdir(), 'stratome-equality-'));
const [first, second] = [join(home, 'region'), join(home, 'whole')];
const list = join(home, 'regions.json');
const again = await stateAfter(first, [], async (headRevision) => {
  if (headRevision > 1) return undefined;
  const sets = options.set.flatMap((set) => ['--set', set]);
  const request = ['--region', options.region, '--from', options.from, ...sets, '--workers', options.workers];
  const made = await stratome(first, 'reprocess', dataset, ...request);
  await writeFile(list, JSON.stringify(made.regions));
  say(JSON.stringify({ cost: made.cost, changed: made.changed }));
  return made;
});
const whole = await stateAfter(second, ['--regions', list]);
const [graphDiffers, objectsDiffer] = [
  difference(again.shown, whole.shown),
  difference(again.volumes, whole.volumes),
];
for (const line of [...objectsDiffer, ...graphDiffers].slice(0, 20)) say(line.slice(0, 400));
const result = {
  region: options.region,
  from: options.from,
  set: options.set,
  cost: again.made?.cost,
  changed: again.made?.changed,
  seconds: {
    run: again.run?.wallSeconds,
    region: again.made?.wallSeconds,
    whole: whole.run?.wallSeconds,
  },
  objects: { compared: whole.volumes.length, differ: objectsDiffer.length },
  graph: { compared: whole.shown.length, differ: graphDiffers.length },
};
console.log(JSON.stringify(result, null, options.json ? 0 : 2));
if (!options.home) await rm(home, { recursive: true, force: true });
process.exitCode = graphDiffers.length + objectsDiffer.length > 0 ? 1 : 0;
