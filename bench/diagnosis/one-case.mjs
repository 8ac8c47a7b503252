/** One case: the fault is planted, the stages run, the diagnosis answers with the region given and without. */
import { intersectBox, voxelsIn } from '@stratome/core';
import {
  cellGrid,
  cellsInBox,
  compareMadeAgain,
  diagnose,
  diagnoseAndTry,
  diagnosisParameters,
  markers,
} from '@stratome/diagnostics';
import { baseOf } from './bases.mjs';
import { lineageRegionsOf, makeCase } from './cases.mjs';
import { biologyKind, faults, keptSynapsesOf } from './faults.mjs';
import { runStages } from './stages.mjs';
import { loadVolume } from './volumes.mjs';

/** A box of voxels grown to whole cells. */
const inCells = ({ begin, end }, { block, shape }) => ({
  begin: begin.map((v, k) => Math.floor(v / block[k]) * block[k]),
  end: end.map((v, k) => Math.min(shape[k], Math.ceil(v / block[k]) * block[k])),
});

/** Voxels that two boxes share, of all that are in either. */
export function overlap(a, b) {
  const common = voxelsIn(intersectBox(a, b));
  return common / (voxelsIn(a) + voxelsIn(b) - common);
}

/**
 * The largest change that a fault made to a measure that the diagnosis reads: in the planted cells on average, or in one
 * section, in units of the least effect that matters. Below 1 there is nothing to find.
 */
export function effectOf(fields, before, grid, planted) {
  const box = inCells(planted, grid);
  const inside = (cell) =>
    grid.position(cell).every((p, k) => {
      const at = p * grid.block[k];
      return at >= box.begin[k] && at < box.end[k];
    });
  let best = { measure: null, size: 0 };
  const consider = (measure, size) => {
    if (size > best.size) best = { measure, size: Math.round(100 * size) / 100 };
  };
  for (const { measure, values, weights } of fields.cells) {
    const marker = markers.get(measure);
    const old = before.cells.find((f) => f.measure === measure);
    if (!marker || !old) continue;
    let [sum, weight] = [0, 0];
    values.forEach((v, cell) => {
      if (!inside(cell) || Number.isNaN(v) || Number.isNaN(old.values[cell])) return;
      sum += (v - old.values[cell]) * weights[cell];
      weight += weights[cell];
    });
    if (weight > 0) consider(measure, Math.abs(sum / weight) / marker.leastEffect);
  }
  const residual = (of) => of.sections.find((f) => f.measure === 'residualMedianPx')?.values ?? [];
  const old = residual(before);
  residual(fields).forEach((v, z) => {
    if (!Number.isNaN(v) && !Number.isNaN(old[z])) consider('sectionJump', Math.abs(v - old[z]));
  });
  return best;
}

/** Runs the stages of a case. @returns the case with what the stages measured, and what they had before */
export async function prepareCase({ kind, seed, volume: name, shared }) {
  const { volume, base } = await baseOf(name, shared);
  const one = makeCase(kind, seed, { name, shape: volume.shape });
  const { shape } = volume;
  if (kind === 'clean')
    return {
      one,
      planted: one.box,
      fields: base.fields,
      before: base.fields,
      voxels: base.voxels,
      laps: base.laps,
      shape,
    };
  let intervene;
  if (kind === biologyKind) {
    const { em } = await loadVolume(name, { box: one.box, keep: keptSynapsesOf(one.strength) });
    intervene = { sections: () => em };
  } else intervene = faults[kind].make({ ...one, seed: `${kind}/${seed}`, kind, shape });
  const made = await runStages(volume, base, intervene);
  return {
    one,
    planted: intervene.planted ?? one.box,
    fields: made.fields,
    before: base.fields,
    voxels: made.voxels,
    laps: made.laps,
    shape,
  };
}

const summarise = ({ verdict, layer, cause, confidence, region, explainedShare }) => ({
  verdict,
  layer,
  cause,
  confidence,
  region: { begin: region.begin, end: region.end },
  explained: explainedShare && Math.round(100 * explainedShare.share) / 100,
});

/** Share of each cell that is vessel or soma. */
export function tissueOf(cells, length) {
  const tissue = new Float64Array(length);
  for (const { measure, values } of cells)
    if (measure === 'vesselFraction' || measure === 'somaFraction')
      values.forEach((v, cell) => (tissue[cell] = Math.min(1, tissue[cell] + (Number.isNaN(v) ? 0 : v))));
  return tissue;
}

/** Measures of the cells that a region touches from one set of fields, all others from another. */
function mixed(inside, outside, grid, region) {
  const there = cellsInBox(grid, region, 0);
  const pick = (a, b) => b.map((v, cell) => (there[cell] ? a[cell] : v));
  return outside.map((field) => {
    const own = inside.find(({ measure }) => measure === field.measure);
    if (!own) return field;
    const { measure, values, weights } = field;
    return { measure, values: pick(own.values, values), weights: pick(own.weights, weights) };
  });
}

/**
 * What making a region again from a layer on gives. Stages are deterministic: where the fault is of that layer or a later one,
 * the region comes out as it was without the fault, else as it is.
 */
function madeAgain({ one: { kind }, fields, before }, grid, region, from) {
  const layer = faults[kind]?.layer;
  const cells = layer && layer >= from ? mixed(before.cells, fields.cells, grid, region) : fields.cells;
  return { grid, cells, sections: fields.sections };
}

/** An answer that cannot be given: the planted box holds no whole quality cell, so it is refused as a region. */
const refused = (region) => ({
  verdict: 'insufficient',
  layer: null,
  cause: null,
  confidence: 0,
  explainedShare: null,
  region,
});

/**
 * What the diagnosis says of a prepared case: with the region given and looked for, and both once more where answers are
 * tried by making their region again.
 */
export async function answersTo(prepared, voxelNm = [10, 10, 10]) {
  const { one, planted, fields, before, shape } = prepared;
  const grid = cellGrid(voxelNm, shape);
  const parameters = diagnosisParameters.parse({});
  const withTissue = (input) => ({ ...input, tissue: tissueOf(input.cells, grid.length) });
  const input = withTissue({ grid, ...fields });
  const answer = async (asked) => {
    const untried = diagnose({ ...input, ...asked }, parameters);
    const { report } = await diagnoseAndTry(
      (refuted) =>
        // Of a region that is given, what will be tried is asked no otherwise.
        asked.region && refuted.length === 0
          ? untried
          : diagnose({ ...input, ...asked, refuted, tried: true }, parameters),
      ({ diagnosis }, from) => {
        const { region } = diagnosis;
        const made = withTissue(madeAgain(prepared, grid, region, from));
        return compareMadeAgain(diagnosis, diagnose({ ...made, region }, parameters).diagnosis, from);
      },
    );
    return [untried.diagnosis, report.diagnosis];
  };
  const isWhole = cellsInBox(grid, one.box).includes(1);
  const [given, givenTried] = isWhole
    ? await answer({ region: one.box, lineage: one.lineage })
    : [refused(one.box), refused(one.box)];
  const [search, searchTried] = await answer({ lineageRegions: lineageRegionsOf(one, planted, shape) });
  const found = ({ verdict }) => !['none', 'insufficient'].includes(verdict);
  return {
    effect: one.kind === 'clean' ? null : effectOf(fields, before, grid, planted),
    iou: one.kind === 'clean' || !found(search) ? null : overlap(search.region, inCells(planted, grid)),
    given,
    search,
    givenTried,
    searchTried,
  };
}

/** The line of a result. */
export function resultOf({ one, planted, voxels }, { effect, iou, given, search, givenTried, searchTried }) {
  const { lineage: _, ...place } = one;
  return {
    ...place,
    planted,
    predictedVoxels: voxels,
    effect,
    iou: iou === null ? null : Math.round(1000 * iou) / 1000,
    given: summarise(given),
    search: summarise(search),
    givenTried: summarise(givenTried),
    searchTried: summarise(searchTried),
  };
}
