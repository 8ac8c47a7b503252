import { severities } from '@stratome/annotations';
import { queries, type Graph } from '@stratome/connectome';
import { badInput, formatBox, notFound, parseBox, parseId, type Box, type Vec3 } from '@stratome/core';
import { annotate, endAnnotationOf } from '@stratome/revisions';
import { Option, type Command } from 'commander';
import { runs } from '../action.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';
import { authorOption, noteOption, segmentReader } from './annotation-options.js';

interface FlagOptions {
  region?: Box;
  reason?: string;
  layer?: string;
  severity: (typeof severities)[number];
  diagnosis?: string;
  author: string;
  note?: string;
}

const triple = ([z, y, x]: readonly number[]): Vec3 => [z, y, x];

/** Region, layer and reason of a stored diagnosis, for what is not said otherwise. */
async function fromDiagnosis(graph: Graph, dataset: string, diagnosisId: string) {
  const found = await graph.first(queries.diagnoses, { dataset, diagnosisId, limit: 1 });
  if (!found) {
    throw notFound(
      `The dataset "${dataset}" has no diagnosis "${diagnosisId}".`,
      `npx stratome diagnose ${dataset} makes one.`,
    );
  }
  const { verdict, layer, cause } = found;
  return {
    region: { begin: triple(found.boxBegin), end: triple(found.boxEnd) },
    layer: layer ?? undefined,
    reason: cause ?? `diagnosis: ${verdict}`,
  };
}

async function flagContent(graph: Graph, dataset: string, options: FlagOptions) {
  const { diagnosis } = options;
  const said = diagnosis === undefined ? undefined : await fromDiagnosis(graph, dataset, diagnosis);
  const region = options.region ?? said?.region;
  const reason = options.reason ?? said?.reason;
  if (!region || reason === undefined) {
    throw badInput('A flag needs --region and --reason, or --diagnosis.', 'See npx stratome flag --help.');
  }
  return {
    kind: 'qualityFlag',
    target: { box: region },
    payload: {
      reason,
      severity: options.severity,
      layer: options.layer ?? said?.layer ?? null,
      diagnosisId: diagnosis ?? null,
    },
  };
}

export function defineFlag(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .option('--region <box>', 'z0,y0,x0:z1,y1,x1 in voxels', parseBox)
    .option('--reason <text>', 'what is wrong there')
    .addOption(new Option('--layer <layer>', 'the layer at fault').choices(['L1', 'L2', 'L3', 'L4', 'L5']))
    .addOption(
      new Option('--severity <severity>', 'warn: shown; exclude: left out by a mask as well')
        .choices([...severities])
        .default('warn'),
    )
    .option('--diagnosis <id>', 'take region, layer and reason from a stored diagnosis')
    .addOption(authorOption())
    .addOption(noteOption());
  return runs<FlagOptions>(command, async ([dataset], options) =>
    withRunningServers(async (session) => {
      const { db, graph } = session;
      const content = await flagContent(graph, dataset, options);
      const { author, note } = options;
      const segmentAt = segmentReader(session, dataset);
      const made = await annotate(db, graph, { dataset, content, author, note, segmentAt });
      const flag = (await graph.run(queries.flags, { dataset })).find(
        ({ flagId }) => flagId === String(made.annotationId),
      );
      return {
        json: {
          dataset,
          flag: String(made.annotationId),
          revision: made.revision,
          cells: Number(flag?.cells ?? 0n),
          synapses: Number(flag?.synapses ?? 0n),
        },
        text: `Flag ${made.annotationId} on ${flag?.cells ?? 0} cells with ${flag?.synapses ?? 0} synapses, in revision ${made.revision}.`,
      };
    }),
  );
}

export function defineUnflag(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .argument('<id>', 'the flag, as flags lists it')
    .addOption(authorOption());
  return runs<{ author: string }>(command, async ([dataset, text], { author }) => {
    const id = parseId(text, 'flag');
    return withRunningServers(async (session) => {
      const segmentAt = segmentReader(session, dataset);
      const asked = { dataset, id, kind: 'qualityFlag', author, segmentAt } as const;
      const { revision } = await endAnnotationOf(session.db, session.graph, asked);
      return {
        json: { dataset, flag: String(id), revision },
        text: `Flag ${id} is gone in revision ${revision}.`,
      };
    });
  });
}

export function defineFlags(command: Command): Command {
  command.argument('<dataset>', 'name of the dataset');
  return runs(command, async ([dataset]) =>
    withRunningServers(async ({ graph }) => {
      const known = await graph.run(queries.datasets, {});
      if (!known.some((row) => row.dataset === dataset)) {
        throw notFound(
          `There is no dataset "${dataset}".`,
          `Datasets: ${known.map((row) => row.dataset).join(', ') || 'none yet'}.`,
        );
      }
      const flags = (await graph.run(queries.flags, { dataset })).map((flag) => ({
        id: flag.flagId,
        region: formatBox({ begin: triple(flag.boxBegin), end: triple(flag.boxEnd) }),
        severity: flag.severity,
        layer: flag.layer,
        reason: flag.reason,
        author: flag.author,
        createdAt: flag.createdAt,
        fromRevision: Number(flag.fromRevision),
        cells: Number(flag.cells),
        synapses: Number(flag.synapses),
      }));
      const columns = ['Flag', 'Region', 'Severity', 'Layer', 'Reason', 'Author', 'Cells', 'Synapses'];
      const rows = flags.map((f) => [
        f.id,
        f.region,
        f.severity,
        f.layer ?? '',
        f.reason,
        f.author,
        f.cells,
        f.synapses,
      ]);
      const table = renderTable(
        columns.map((title) => ({ title })),
        rows,
      );
      return { json: { dataset, flags }, text: flags.length === 0 ? 'No flags.' : table };
    }),
  );
}
