import { formatBox, parseBox, type Box } from '@stratome/core';
import { stages } from '@stratome/pipeline';
import {
  planReprocessing,
  settingsFrom,
  stagesFrom,
  type Reprocessing,
} from '@stratome/reconstruction-worker';
import { Option, type Command } from 'commander';
import { runs, type Console, type Outcome } from '../action.js';
import { differenceLines, differencesJson } from '../display/differences.js';
import { linesOfLostAnnotations } from '../display/summary-table.js';
import { formatCount, formatShare } from '../display/units.js';
import { setOption, workersOption } from '../options.js';
import { formatDuration } from '../progress-display.js';
import { estimated, reprocess, tryPlanned, type Estimated, type ReprocessSummary } from '../run/reprocess.js';
import { withServers, type Session } from '../session.js';
import { renderTable } from '../table.js';

interface ReprocessOptions {
  region: Box;
  from: string;
  set: string[];
  workers: number;
  dryRun?: true;
  trial?: true;
}

export function defineReprocess(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .requiredOption(
      '--region <box>',
      'what to make again: z0,y0,x0:z1,y1,x1 in voxels of the aligned volume; grown to whole blocks',
      parseBox,
    )
    .requiredOption('--from <stage>', 'the stage or layer (L2 to L5) from which on the region is made again')
    .addOption(setOption())
    .addOption(workersOption().default(1))
    .option('--dry-run', 'say what it would cost, and change nothing')
    .addOption(
      new Option('--trial', 'execute it, say what would change, and store nothing').conflicts('dryRun'),
    );
  return runs<ReprocessOptions>(command, async ([dataset], options, console) => {
    const { region, from, set: settings, workers, dryRun, trial } = options;
    const startedMs = performance.now();
    // What can be refused is refused before a server is started.
    stagesFrom(from);
    settingsFrom(settings);
    return withServers(console.note, false, async (session): Promise<Outcome> => {
      const planned = await planReprocessing(session.db, session.store, { dataset, region, from, settings });
      const estimate = await estimated(session, planned);
      if (dryRun) return { json: estimate, text: describeEstimate(estimate) };
      console.note(describeEstimate(estimate));
      if (trial) return tryOut(session, planned, console, startedMs);
      const summary = await reprocess(session, planned, { workers, estimate, startedMs }, console);
      return { json: summary, text: describe(summary) };
    });
  });
}

async function tryOut(
  session: Session,
  planned: Reprocessing,
  console: Console,
  startedMs: number,
): Promise<Outcome> {
  const trial = await tryPlanned(session, planned, console);
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  const { region, dataset } = planned;
  const { revision, tasks, voxels, annotationsWithoutPlace, ...compared } = trial;
  const took = formatDuration(seconds);
  return {
    json: {
      dataset: dataset.name,
      revision,
      region,
      tasks: { byStage: tasks },
      ...differencesJson(compared, voxels),
      annotationsWithoutPlace,
      seconds,
    },
    text: [
      `Trial of ${formatBox(region)} against revision ${revision}, in ${took}; nothing was stored.`,
      ...differenceLines(compared, voxels),
      ...linesOfLostAnnotations(annotationsWithoutPlace),
    ].join('\n'),
  };
}

function describeEstimate({ region, stages: list, volumeShare, haloGrownShare, seconds }: Estimated): string {
  const rows = list.map((s) => [
    s.stage,
    `${s.tasks} of ${s.allTasks}`,
    `${formatCount(s.work)} ${stages[s.stage].workUnit}`,
    formatDuration(s.seconds),
  ]);
  const columns = ['Stage', 'Tasks', 'Work', 'Processor time'].map((title) => ({ title }));
  return [
    `Region ${formatBox(region)}: ${formatShare(volumeShare)} of the volume, ${formatShare(haloGrownShare)} of its chunks with what lies around.`,
    renderTable(columns, rows),
    `About ${formatDuration(seconds)} of processor time; objects that change beyond the region add to it.`,
  ].join('\n');
}

function describe(summary: ReprocessSummary): string {
  const { revision, region, tasks, cost, changed, seconds, annotationsWithoutPlace } = summary;
  const { segments, neurons, synapses, connections } = changed;
  return [
    `Revision ${revision}: ${formatBox(region)} made again in ${formatDuration(seconds)}.`,
    `${tasks.executed} tasks ran, ${tasks.reused} were kept: ${formatShare(cost.share)} of the work, ${cost.ratio.toFixed(2)} times the share of chunks (${formatShare(cost.haloGrownShare)}).`,
    `Changed: ${segments} segments, ${neurons} neurons, ${synapses} synapses, ${connections} connections.`,
    ...linesOfLostAnnotations(annotationsWithoutPlace),
  ].join('\n');
}
