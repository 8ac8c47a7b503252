import { formatBox, shapeOf } from '@stratome/core';
import { candidates } from '../diagnosis/candidates.js';
import type { Evidence } from '../diagnosis/evidence.js';
import { measures, type MeasureName } from '../measures.js';
import type { ReportContent, ReportDiagnosis, ReportRun, ReportStep } from './content.js';
import { short } from './svg.js';

export const unitOf = (measure: string): string =>
  Object.hasOwn(measures, measure) ? measures[measure as MeasureName].unit : 'fraction';

const meaningOf = (measure: string): string =>
  Object.hasOwn(measures, measure) ? measures[measure as MeasureName].meaning : measure;

const titles = {
  L1: 'images',
  L2: 'alignment',
  L3: 'segmentation',
  L4: 'neurons and synapses',
  L5: 'connections',
} as const;

/** p as papers write it. */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${short(p)}`);

const sizeUm = ({ diagnosis, voxelNm }: ReportContent): string =>
  shapeOf(diagnosis.region)
    .map((n, k) => short((n * voxelNm[k]) / 1000))
    .join(' × ');

/** What was found, in a sentence or two. */
export function verdictText(content: ReportContent): string {
  const { verdict, layer, cause, confidence, explainedShare } = content.diagnosis;
  const place = `the region ${formatBox(content.diagnosis.region)} (z, y, x, voxels; ${sizeUm(content)} µm)`;
  const meaning = candidates.find((c) => c.cause === cause && c.layer === layer)?.meaning;
  const share =
    explainedShare === null
      ? ''
      : ` The dose-response outside the region leads to expect ${Math.round(100 * explainedShare)} % of the deviation of connectivity.`;
  switch (verdict) {
    case 'cause':
    case 'graph':
      return (
        `In ${place} connectivity deviates because of ${cause}, a fault of ${layer} (${titles[layer!]})` +
        `${meaning ? `: ${meaning.toLowerCase()}` : ''}. Confidence ${confidence.toFixed(2)}, a ranking and not a calibrated probability.${share}`
      );
    case 'biology':
      return `In ${place} there are fewer synapses on equally fewer clefts, with every layer in order: the tissue is so.`;
    case 'insufficient':
      return `In ${place} there is too little to say: too few data, or no more than healthy tissue shows now and then.`;
    case 'none':
      return `In ${place} nothing deviates beyond what tissue does by itself.`;
  }
}

/** What making the region again showed; nothing where nobody tried it. */
export function triedText({ counterfactual, cause }: ReportDiagnosis): string | undefined {
  if (!counterfactual) return undefined;
  const { from, undone, confirmed, verdict, cause: now } = counterfactual;
  const made =
    `Made again from ${from} on as the rest of the dataset was, ${Math.round(100 * undone.share)} % of the region's effect on ` +
    `${undone.of} comes off, and the same comparison says ${now ?? `"${verdict}"`}: `;
  return confirmed ? `${made}${cause} is confirmed.` : `${made}${cause} is refuted.`;
}

const effectText = ({ measure, effect, interval, regionMean, referenceMean, p }: Evidence): string => {
  const unit = unitOf(measure);
  return (
    `${measure} (${meaningOf(measure).toLowerCase()}) is ${short(regionMean)} in the region and ${short(referenceMean)} in ` +
    `the reference, a difference of ${short(effect)} ${unit} (95 % interval ${short(interval[0])} to ${short(interval[1])}; ${pText(p)})`
  );
};

/** One layer of the walk in words. */
export function stepText({ layer, verdict, measure, measures: evidence }: ReportStep): string {
  const title = `${layer} (${titles[layer]})`;
  const loudest = evidence.find((e) => e.measure === measure) ?? evidence[0];
  if (verdict === 'untested' || !loudest) return `${title} could not be tested.`;
  if (verdict === 'normal') return `${title} is normal: ${effectText(loudest)}.`;
  const others = evidence.filter((e) => e.deviates && e !== loudest).map((e) => e.measure);
  const also =
    others.length > 0 ? ` ${others.join(', ')} deviate${others.length === 1 ? 's' : ''} as well.` : '';
  const role = verdict === 'origin' ? 'is where it begins' : 'follows';
  return `${title} ${role}: ${effectText(loudest)}.${also}`;
}

const listed = (names: readonly string[]): string => [...new Set(names)].join(', ');

function codeText(runs: readonly ReportRun[]): string {
  const codes = runs.map(
    ({ codeRevision, codeDirty }) => `${codeRevision}${codeDirty ? ' (with uncommitted changes)' : ''}`,
  );
  return codes.length === 0 ? 'not recorded' : listed(codes);
}

/** How numbers came about, for a methods section. */
export function methodsText(content: ReportContent): string[] {
  const { grid, voxelNm, runs, parameters, revision, dataset } = content;
  const cellUm = grid.block.map((n, k) => short((n * voxelNm[k]) / 1000)).join(' × ');
  const models = runs.filter(({ modelId }) => modelId !== 'none');
  const p = (name: string): string => String(parameters[name]);
  return [
    `Data. Dataset ${dataset} at revision ${revision}: ${content.shape.join(' × ')} voxels of ${voxelNm.join(' × ')} nm (z, y, x). ` +
      `Every stage measured its own output in cells of ${cellUm} µm; there are ${grid.counts.join(' × ')} of them.`,
    `Comparison. The region was compared with all other cells but for a rim of ${p('guardCells')} cell around it, or with the reference ` +
      'that was named. Cells were compared with their like: those that touch as many faces of the volume and hold as much vessel or soma. ' +
      `Cells were gathered into blocks up to ${p('widestBlockCells')} cells wide, until neighbouring blocks correlate by less than ${p('blockCorrelation')}; ` +
      `whole blocks changed sides in a permutation test (${p('permutations')} permutations), and intervals are 95 % of a bootstrap of blocks. ` +
      `A measure deviates when its effect is at least ${p('leastScore')} standard errors, p ≤ ${p('significance')}, and of a size that matters. ` +
      `Measures that count synapses need ${p('leastSynapses')} expected in the region; a test needs ${p('leastPlacements')} distinct placements of blocks.`,
    'Attribution. The origin is the most upstream layer with a cause that its own measures speak for, unless a layer below it has a stronger ' +
      'finding that the dose-response outside the region does not explain. Spatial trends are planes fitted by weighted least squares; ' +
      'Moran’s I is taken over face neighbours with binary weights and tested by 199 permutations (Moran 1950).',
    `Software. Stratome, code revision ${codeText(runs)}. ` +
      (models.length === 0
        ? 'No model is recorded.'
        : `Models: ${listed(models.map((r) => `${r.modelId} (SHA-256 ${r.modelHash.slice(0, 12)})`))}. `) +
      (runs.length === 0 ? '' : `Execution provider: ${listed(runs.map((r) => r.executionProvider))}.`),
  ];
}
