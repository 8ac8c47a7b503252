import Table from 'cli-table3';
import type { Layer } from '@stratome/pipeline';
import type { AnnotationWithoutPlace } from '@stratome/reconstruction-worker';
import type { TruthReport } from '../evaluation/evaluate-run.js';
import type { LayerSummary, RunSummary } from '../run/summary.js';
import { formatCount, formatSeconds } from './units.js';

const figure = (value: number) => value.toFixed(2);

/** What the truth says of a layer; the layers that it does not judge say nothing. */
export function qualityOf(layer: Layer, truth: TruthReport | null): string {
  if (!truth) return layer === 'L1' ? '' : 'no truth';
  const rates = ({ precision, recall }: { precision: number; recall: number }) =>
    `precision ${figure(precision)}, recall ${figure(recall)}`;
  switch (layer) {
    case 'L2':
      return `residual ${figure(truth.residualPx.median)} px (p95 ${figure(truth.residualPx.p95)})`;
    case 'L3':
      return `VOI ${figure(truth.voi.split)} split + ${figure(truth.voi.merge)} merge bits`;
    case 'L4':
      return `synapses: ${rates(truth.synapses)}`;
    case 'L5':
      return `edges: ${rates(truth.edges)}`;
    default:
      return '';
  }
}

function producedBy({ stages }: LayerSummary): string {
  return stages
    .map(({ stage, tasks, reused, work, workUnit }) =>
      reused === tasks && tasks > 0
        ? `${stage}: reused`
        : `${stage}: ${formatCount(work)} ${workUnit}${reused > 0 ? ` (${reused} of ${tasks} tasks reused)` : ''}`,
    )
    .join('\n');
}

const sumOf = ({ stages }: LayerSummary, field: 'ioSeconds' | 'waitingSeconds' | 'computeSeconds') =>
  formatSeconds(stages.reduce((sum, stage) => sum + stage[field], 0));

export const linesOfLostAnnotations = (list: readonly AnnotationWithoutPlace[]): string[] =>
  list.map(({ annotation, why }) => `Annotation ${annotation} changes nothing any more: ${why}.`);

/** The table at the end of a run: what each layer made, how good it is, and where the time went. */
export function summaryTable(summary: RunSummary): string {
  const table = new Table({
    head: ['layer', 'produced', 'quality against truth', 'time', 'I/O', 'waiting', 'compute'],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, layer] of Object.entries(summary.layers) as [Layer, LayerSummary][]) {
    table.push([
      name,
      producedBy(layer),
      qualityOf(name, summary.truth),
      formatSeconds(layer.seconds),
      sumOf(layer, 'ioSeconds'),
      sumOf(layer, 'waitingSeconds'),
      sumOf(layer, 'computeSeconds'),
    ]);
  }
  const { neurons, synapses, connections } = summary.graph;
  return [
    table.toString(),
    'I/O, waiting in the queue and compute are sums over tasks, which run side by side.',
    `${summary.dataset}: ${neurons} neurons, ${synapses} synapses, ${connections} connections in ${formatSeconds(summary.seconds)}`,
    ...linesOfLostAnnotations(summary.annotationsWithoutPlace),
  ].join('\n');
}
