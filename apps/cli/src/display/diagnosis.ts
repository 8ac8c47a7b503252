import type { StoredReport } from '@stratome/api';
import { formatBox } from '@stratome/core';
import { settingsOf } from '@stratome/reconstruction-worker';
import type { TriedReport } from '../run/counterfactual.js';
import { renderTable } from '../table.js';
import { formatShare } from './units.js';

/** A diagnosis, tried or not. */
export type Answer = Pick<TriedReport, 'report' | 'refuted'> & Partial<Pick<TriedReport, 'tried'>>;

type Tried = TriedReport['tried'];

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
      return `Too little to say ${where}; what was looked at, and why it is not enough:`;
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

/** What making the region again showed. */
function describeTrial(tried: Tried): string[] {
  if ('why' in tried) return [`The region was not made again. ${tried.why}`];
  const { from, without, measures, verdict, cause, undone, confirmed } = tried;
  const sets = without.flatMap(({ set }) => settingsOf(set));
  const columns = ['Layer', 'Measure', 'Effect', 'Made again'].map((title) => ({ title }));
  const rows = measures.map((m) => [m.layer, m.measure, short(m.before), short(m.after ?? undefined)]);
  const now = verdict === 'none' ? 'nothing deviates' : `the answer is ${cause ?? verdict}`;
  return [
    `Made again from ${from} on${sets.length > 0 ? ` without ${sets.join(', ')}` : ''}, ` +
      `${formatShare(undone.share)} of the effect on ${undone.of} comes off, and ${now}: ` +
      `${confirmed ? 'confirmed' : 'not confirmed'}.`,
    renderTable(columns, rows),
  ];
}

/** An answer that making the region again refuted. */
const describeRefuted = ({ report, tried }: TriedReport['refuted'][number]): string[] => [
  `Refuted: ${sentence(report)}`,
  ...describeTrial(tried).map((line) => line.replace(/^/gm, '  ')),
];

export function describeDiagnosis(dataset: string, { report, tried, refuted }: Answer): string {
  const { verdict, steps, explainedShare: share, doubt, rejected } = report.diagnosis;
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
  const doubtful = doubt ? [`What it may be: ${doubt.cause}. ${doubt.why}`] : [];
  const next =
    verdict === 'graph'
      ? [`npx stratome verify ${dataset} names what is wrong; npx stratome repair ${dataset} mends it.`]
      : [];
  return [
    ...refuted.flatMap(describeRefuted),
    sentence(report),
    ...reserve(report),
    renderTable(columns, rows),
    ...explained,
    ...doubtful,
    ...rejected.map(({ cause, why: reason }) => `  not ${cause}: ${reason}`),
    ...(tried ? describeTrial(tried) : []),
    ...next,
  ].join('\n');
}

/** The report as JSON: regions as `--region` reads them, `null` for what was not measured. */
const reportJson = ({ anomalies, diagnosis: d }: StoredReport) => ({
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
    doubt: d.doubt,
    rejected: d.rejected,
  },
});

const triedJson = (tried: Tried) =>
  'why' in tried
    ? { confirmed: null, why: tried.why }
    : { ...tried, without: tried.without.map(({ region, set }) => ({ region: formatBox(region), set })) };

/** What `--json` prints. */
export const diagnosisJson = ({ report, tried, refuted }: Answer) => ({
  ...reportJson(report),
  ...(tried && {
    counterfactual: triedJson(tried),
    refuted: refuted.map((each) => ({
      diagnosis: reportJson(each.report).diagnosis,
      counterfactual: triedJson(each.tried),
    })),
  }),
});
