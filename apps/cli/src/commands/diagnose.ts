import { diagnoseDataset, type StoredReport } from '@stratome/api';
import { formatBox, parseBox, type Box } from '@stratome/core';
import { diagnosisParameters } from '@stratome/diagnostics';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { wholeNumber } from '../options.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';

interface DiagnoseOptions {
  region?: Box;
  against?: Box;
  permutations?: number;
}

const sentence = ({ diagnosis: d }: StoredReport): string => {
  const where = `in ${formatBox(d.region)}`;
  const sure = `confidence ${d.confidence.toFixed(2)}`;
  switch (d.verdict) {
    case 'cause':
      return `${d.layer}: ${d.cause} ${where} (${sure}).`;
    case 'graph':
      return `The graph is wrong: ${d.cause} ${where} (${sure}).`;
    case 'biology':
      return `The tissue is so: fewer synapses ${where} (${sure}).`;
    case 'insufficient':
      return `Too little data to say ${where}.`;
    case 'none':
      return `Nothing deviates ${where}.`;
  }
};

const short = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(3));

/** That the cause stands on its own layer's measures, where connectivity could not be tested. */
function reserve({ diagnosis: { verdict, steps } }: StoredReport): string[] {
  const connectivity = steps.find(({ layer }) => layer === 'L5');
  if (verdict === 'none' || connectivity?.verdict !== 'untested') return [];
  const why = connectivity.untested[0]?.why ?? 'no synapse was measured';
  return [`Connectivity itself could not be tested: ${why}.`];
}

function describe(dataset: string, report: StoredReport): string {
  const { steps, explainedShare: share, rejected } = report.diagnosis;
  const columns = ['Layer', 'Verdict', 'Measure', 'Effect', '95 % interval', 'p'].map((title) => ({ title }));
  const rows = steps.map((s) => [
    s.layer,
    s.verdict,
    s.measure ?? '',
    short(s.effect),
    s.interval ? s.interval.map(short).join(' … ') : '',
    short(s.p),
  ]);
  const explained = share
    ? [`${share.by} explains ${Math.round(100 * share.share)} % of the deviation of ${share.of}.`]
    : [];
  const why = rejected.map(({ cause, why: reason }) => `  not ${cause}: ${reason}`);
  const next =
    report.diagnosis.verdict === 'graph'
      ? [`npx stratome verify ${dataset} names what is wrong; npx stratome repair ${dataset} mends it.`]
      : [];
  return [
    sentence(report),
    ...reserve(report),
    renderTable(columns, rows),
    ...explained,
    ...why,
    ...next,
  ].join('\n');
}

/** The report as JSON: regions as `--region` reads them, `null` for what was not measured. */
const plain = ({ anomalies, diagnosis: d }: StoredReport) => ({
  anomalies: anomalies.map(({ region, layer, measure, pattern, effect, p }) => ({
    region: formatBox(region),
    layer,
    measure,
    effect,
    p,
    pattern,
  })),
  diagnosis: {
    verdict: d.verdict,
    layer: d.layer,
    cause: d.cause,
    confidence: d.confidence,
    region: formatBox(d.region),
    explainedShare: d.explainedShare?.share ?? null,
    steps: d.steps.map(({ layer, verdict, effect = null, interval = null, p = null, measures }) => ({
      layer,
      verdict,
      effect,
      interval,
      p,
      measures,
    })),
    rejected: d.rejected,
  },
});

export function defineDiagnose(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .option(
      '--region <box>',
      'what to explain: z0,y0,x0:z1,y1,x1 in voxels; looked for when left out',
      parseBox,
    )
    .option('--against <box>', 'what to compare it with; all the rest when left out', parseBox)
    .option(
      '--permutations <count>',
      'permutations of blocks',
      wholeNumber('number of permutations', 99, 100_000),
    );
  return runs<DiagnoseOptions>(command, async ([dataset], { region, against, permutations }) => {
    const parameters = diagnosisParameters.parse({ permutations });
    const report = await withRunningServers(({ graph }) =>
      diagnoseDataset(graph, { dataset, region, against, parameters }),
    );
    return { json: plain(report), text: describe(dataset, report) };
  });
}
