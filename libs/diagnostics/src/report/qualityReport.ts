import { boxOfShape, formatBox } from '@stratome/core';
import type { Evidence } from '../diagnosis/evidence.js';
import { markers } from '../diagnosis/markers.js';
import type { QualityField } from '../field.js';
import type { Layer } from '../measures.js';
import type { ReportBlock, ReportContent } from './content.js';
import { depthProfile, effectChart, sliceMap } from './figures.js';
import { spatialTrend } from './spatialTrend.js';
import { short } from './svg.js';
import { methodsText, pText, stepText, triedText, unitOf, verdictText } from './words.js';

const layers: readonly Layer[] = ['L1', 'L2', 'L3', 'L4', 'L5'];
/** For Moran's I: enough to tell p from 0.05. */
const trendPermutations = 199;

interface MappedMeasure {
  readonly layer: Layer;
  readonly field: QualityField;
}

/** The measure of each layer that speaks loudest; where none was tested, one that was measured. */
function mappedMeasures({ diagnosis, cells }: ReportContent): MappedMeasure[] {
  const fieldOf = (measure: string | null | undefined) => cells.find((f) => f.measure === measure);
  return layers.flatMap((layer) => {
    const step = diagnosis.steps.find((s) => s.layer === layer);
    const measured = [...markers].find(([name, m]) => m.layer === layer && fieldOf(name))?.[0];
    const field = fieldOf(step?.measure) ?? fieldOf(measured);
    return field ? [{ layer, field }] : [];
  });
}

const evidenceOf = ({ diagnosis }: ReportContent): Evidence[] => diagnosis.steps.flatMap((s) => s.measures);

function measuresTable(content: ReportContent): ReportBlock {
  const rows = evidenceOf(content).map((e) => [
    e.layer,
    e.measure,
    unitOf(e.measure),
    short(e.regionMean),
    short(e.referenceMean),
    short(e.effect),
    `${short(e.interval[0])} … ${short(e.interval[1])}`,
    pText(e.p),
    e.deviates ? 'yes' : 'no',
  ]);
  return {
    kind: 'table',
    caption:
      'Table 1. Every measure that was tested: its mean over the cells of the region and over the reference, their difference with a 95 % interval ' +
      '(bootstrap of blocks), the p of the permutation test, and whether it deviates.',
    columns: [
      'Layer',
      'Measure',
      'Unit',
      'Region',
      'Reference',
      'Difference',
      '95 % interval',
      'p',
      'Deviates',
    ],
    rows,
  };
}

function trendTable(content: ReportContent, mapped: readonly MappedMeasure[]): ReportBlock {
  const { grid, voxelNm, parameters } = content;
  const rows = mapped.map(({ layer, field }) => {
    const trend = spatialTrend(field, grid, voxelNm, trendPermutations, String(parameters.seed));
    return [
      layer,
      field.measure,
      ...trend.perUm.map((slope) => short(slope)),
      `${Math.round(100 * trend.planeShare)} %`,
      short(trend.moran),
      pText(trend.p),
      String(trend.cells),
    ];
  });
  return {
    kind: 'table',
    caption:
      'Table 2. How measures change over the volume: change per µm along each axis (a plane fitted to all cells), the share of the variance between ' +
      'cells that the plane explains, and Moran’s I with its p by permutation.',
    columns: [
      'Layer',
      'Measure',
      'per µm z',
      'per µm y',
      'per µm x',
      'Plane explains',
      'Moran’s I',
      'p',
      'Cells',
    ],
    rows,
  };
}

function figuresOf(content: ReportContent, mapped: readonly MappedMeasure[]): ReportBlock[] {
  const { grid, voxelNm, diagnosis } = content;
  const frame = { grid, voxelNm, region: diagnosis.region };
  let number = 0;
  const evidence = evidenceOf(content);
  const leastScore = Number(content.parameters.leastScore);
  const effects: ReportBlock[] =
    evidence.length === 0
      ? []
      : [
          {
            kind: 'figure',
            name: 'effects',
            svg: effectChart(evidence, leastScore),
            caption:
              `Figure ${++number}. Difference between region and reference of every measure that was tested, in standard errors. ` +
              `Dashed lines: the ${leastScore} from which a measure deviates; filled: it does.`,
          },
        ];
  const maps = mapped.flatMap(({ layer, field }): ReportBlock[] => {
    const title = `${layer} ${field.measure}`;
    const unit = unitOf(field.measure);
    return [
      {
        kind: 'figure',
        name: `${layer}-${field.measure}-map`,
        svg: sliceMap(field, title, unit, frame),
        caption: `Figure ${++number}. ${title} (${unit}) in the plane of cells through the middle of the region (outlined). Grey cells were not measured.`,
      },
      {
        kind: 'figure',
        name: `${layer}-${field.measure}-depth`,
        svg: depthProfile(field, title, unit, frame),
        caption: `Figure ${++number}. ${title} (${unit}) along z: mean of the columns of cells under the region (red) and of all others (grey), with standard errors; the depth of the region is shaded.`,
      },
    ];
  });
  return [...effects, ...maps];
}

function flagsTable({ flags }: ReportContent): ReportBlock[] {
  if (flags.length === 0) return [{ kind: 'paragraph', text: 'No region of this revision is flagged.' }];
  return [
    {
      kind: 'table',
      caption: 'Table 3. Regions that are flagged in this revision (z, y, x, voxels).',
      columns: ['Flag', 'Region', 'Severity', 'Layer', 'Reason', 'Author'],
      rows: flags.map((f) => [f.id, formatBox(f.box), f.severity, f.layer ?? '', f.reason, f.author]),
    },
  ];
}

/**
 * A report of the spatial quality of a dataset around one diagnosis: what was found, layer by layer, tables, maps and
 * profiles, and the methods in words. The same content gives the same blocks.
 */
export function qualityReport(content: ReportContent): ReportBlock[] {
  const { dataset, description, diagnosis, revision } = content;
  const heading = (level: 1 | 2 | 3, text: string): ReportBlock => ({ kind: 'heading', level, text });
  const mapped = mappedMeasures(content);
  const tried = triedText(diagnosis);
  const whole = formatBox(diagnosis.region) === formatBox(boxOfShape(content.shape));
  return [
    heading(1, `Spatial quality of ${dataset}`),
    {
      kind: 'paragraph',
      text: `${description ? `${description}. ` : ''}Revision ${revision}; diagnosis ${diagnosis.diagnosisId}.`,
    },
    heading(2, 'Result'),
    { kind: 'paragraph', text: verdictText(content) },
    ...(diagnosis.doubt
      ? [{ kind: 'paragraph', text: `It may be ${diagnosis.doubt.cause}: ${diagnosis.doubt.why}` } as const]
      : []),
    ...(tried === undefined ? [] : [{ kind: 'paragraph', text: tried } as const]),
    ...(whole ? [] : [{ kind: 'list', items: diagnosis.steps.map(stepText) } as const]),
    ...(diagnosis.rejected.length === 0
      ? []
      : [
          heading(3, 'What was rejected'),
          { kind: 'list', items: diagnosis.rejected.map(({ cause, why }) => `${cause}: ${why}`) } as const,
        ]),
    heading(2, 'Region against reference'),
    measuresTable(content),
    heading(2, 'Spatial gradient'),
    trendTable(content, mapped),
    ...figuresOf(content, mapped),
    heading(2, 'Flags'),
    ...flagsTable(content),
    heading(2, 'Methods'),
    ...methodsText(content).map((text): ReportBlock => ({ kind: 'paragraph', text })),
    ...parametersOf(content),
  ];
}

function parametersOf({ runs }: ReportContent): ReportBlock[] {
  if (runs.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'Table 4. Stages behind this revision, with the parameters they were run with.',
      columns: ['Layer', 'Stage', 'Model', 'Code', 'Parameters'],
      rows: runs.map((r) => [
        r.layer,
        r.stage,
        r.modelId === 'none' ? '' : r.modelId,
        `${r.codeRevision.slice(0, 10)}${r.codeDirty ? '+' : ''}`,
        JSON.stringify(r.parameters),
      ]),
    },
  ];
}
