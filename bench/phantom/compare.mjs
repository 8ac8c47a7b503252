// How like real tissue the phantom is: pictures side by side, grey levels, power spectra and profile sizes.
//
//     npx tsc -b libs/phantom && node bench/phantom/compare.mjs
//
// Reads shared data from STRATOME_SHARED or ../shared; writes docs/pictures/phantom-*, prints the numbers.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePhantom, resolvePhantomParameters } from '@stratome/phantom';
import { cut, statisticsSvg, writePanels } from './charts.mjs';
import { fibsemMedulla, vncSections } from './real-sections.mjs';
import { greyLevels, profiles, quantile, radialPower } from './statistics.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const data = join(process.env.STRATOME_SHARED ?? join(root, '..', 'shared'), 'data');
const pictures = join(root, 'docs', 'pictures');
if (!existsSync(data)) {
  console.error(`${data} does not exist. Set STRATOME_SHARED to the folder that holds data/.`);
  process.exit(2);
}

const every = (array, step) => array.filter((_, i) => i % step === 0);
const periods = [1000, 500, 200, 100, 70, 50, 30, 22];

function sectionsOf(volume, [depth, height, width]) {
  const plane = height * width;
  return Array.from({ length: depth }, (_, z) => ({
    data: volume.subarray(z * plane, (z + 1) * plane),
    height,
    width,
  }));
}

function measure({ sections, labels, pixelNm }, size, step) {
  const edges = Array.from({ length: 33 }, (_, i) => 1e-3 * (50 / 1) ** (i / 32));
  const { height, width } = sections[0];
  return {
    grey: greyLevels(sections),
    edges,
    power: radialPower(every(sections, step), pixelNm, size, edges),
    profiles: labels && profiles(every(labels, step), height, width, pixelNm),
  };
}

function phantomOf(variant, seed) {
  const started = performance.now();
  const phantom = makePhantom(resolvePhantomParameters({ variant, seed }));
  const { shape, voxelNm } = phantom.parameters;
  const seconds = (performance.now() - started) / 1000;
  const sections = sectionsOf(phantom.em.data, shape);
  const labels = sectionsOf(phantom.tissue.bodies, shape).map((s) => s.data);
  return { phantom, sections, labels, pixelNm: voxelNm[1], seconds };
}

function summary(name, m, extra = {}) {
  const nearest = (period) => m.power[m.edges.findLastIndex((e) => e <= 1 / period)];
  return {
    name,
    grey: { mean: +m.grey.mean.toFixed(1), sd: +m.grey.sd.toFixed(1) },
    profiles: m.profiles && {
      perSquareUm: +m.profiles.perSquareUm.toFixed(1),
      diameterNm: Object.fromEntries(
        [10, 25, 50, 75, 90].map((q) => [`p${q}`, Math.round(quantile(m.profiles.diameters, q / 100))]),
      ),
      halfOfAreaNm: Math.round(m.profiles.halfOfAreaNm),
    },
    power: Object.fromEntries(periods.map((p) => [`${p}nm`, Math.round(nearest(p))])),
    ...extra,
  };
}

function charts(real, unseen, phantoms) {
  const all = [
    ...phantoms.map((m) => ({ m, kind: 'phantom' })),
    { m: unseen, kind: 'unseen' },
    { m: real, kind: 'real' },
  ];
  const curves = (points, of = all) => of.map(({ m, kind }) => ({ kind, points: points(m) }));
  const cumulative = (m) =>
    Array.from({ length: 101 }, (_, q) => [quantile(m.profiles.diameters, q / 100), q / 100]);
  return [
    {
      title: 'Grey levels',
      xLabel: 'grey level',
      yLabel: 'share of pixels, %',
      x: { low: 0, high: 255 },
      y: { low: 0, high: 2.2 },
      ticksX: [0, 50, 100, 150, 200, 250],
      ticksY: [0, 1, 2].map((v) => [v, v]),
      curves: curves((m) => Array.from(m.grey.share, (p, v) => [v, 100 * p])),
    },
    {
      title: 'Radial power spectrum',
      xLabel: 'period, nm',
      yLabel: 'power, grey² nm²',
      x: { low: 1000, high: 20, log: true },
      y: { low: 1e3, high: 1e8, log: true },
      ticksX: [1000, 500, 200, 100, 50, 20],
      ticksY: [3, 4, 5, 6, 7, 8].map((v) => [10 ** v, `1e${v}`]),
      curves: curves((m) => Array.from(m.power, (p, i) => [1 / Math.sqrt(m.edges[i] * m.edges[i + 1]), p])),
    },
    {
      title: 'Sizes of profiles',
      xLabel: 'diameter, nm',
      yLabel: 'share of profiles below',
      x: { low: 50, high: 2000, log: true },
      y: { low: 0, high: 1 },
      ticksX: [50, 100, 200, 500, 1000, 2000],
      ticksY: [0, 0.25, 0.5, 0.75, 1].map((v) => [v, v]),
      curves: curves(
        cumulative,
        all.filter(({ m }) => m.profiles),
      ),
    },
  ];
}

/** A colour for each id, the same in every run. */
function colour(id) {
  const h = Math.imul(id, 0x9e3779b1) >>> 0;
  return id === 0 ? [0, 0, 0] : [70 + (h & 127), 70 + ((h >>> 8) & 127), 70 + ((h >>> 16) & 127)];
}

async function writeTruthPicture({ phantom, sections, labels }, z, size) {
  const [, , width] = phantom.parameters.shape;
  const plane = sections[z].data.length;
  const marks = phantom.synapseVoxels.data.subarray(z * plane, (z + 1) * plane);
  const classes = phantom.classes.data.subarray(z * plane, (z + 1) * plane);
  const classColours = [
    [255, 255, 255],
    [120, 160, 220],
    [240, 190, 90],
    [220, 90, 90],
    [150, 200, 140],
  ];
  const markColours = [undefined, [60, 200, 60], [240, 50, 50], [70, 90, 255]];
  const panel = (pick) => {
    const out = new Uint8Array(3 * size * size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) out.set(pick(y * width + x), 3 * (y * size + x));
    }
    return { data: out, height: size, width: size };
  };
  const mix = (i, tint, share) => tint.map((c) => share * c + (1 - share) * sections[z].data[i]);
  const panels = [
    panel((i) => mix(i, [0, 0, 0], 0)),
    panel((i) => mix(i, colour(labels[z][i]), 0.6)),
    panel((i) => mix(i, classColours[classes[i]], 0.5)),
    panel((i) => mix(i, markColours[marks[i] % 16] ?? [0, 0, 0], marks[i] > 0 ? 0.5 : 0)),
  ];
  await writePanels(join(pictures, 'phantom-truth.png'), [panels.slice(0, 2), panels.slice(2)], 2, 3);
}

const rows = [];
const numbers = [];
for (const [variant, load, size, step, enlarge] of [
  ['isotropic', fibsemMedulla, 250, 8, 2],
  ['anisotropic', vncSections, 400, 2, 1],
]) {
  const real = await load(data);
  const measuredReal = measure(real, size, step);
  const measuredUnseen = measure(real.unseen, size, step);
  numbers.push(summary(real.name, measuredReal), summary(real.unseen.name, measuredUnseen));
  const measured = [];
  const panels = [];
  for (const seed of [1, 2, 3]) {
    const made = phantomOf(variant, seed);
    measured.push(measure(made, size, step));
    const { bodyTable } = made.phantom.tissue;
    numbers.push(
      summary(`phantom ${variant} seed ${seed}`, measured.at(-1), {
        bodies: bodyTable.length,
        neurons: bodyTable.filter((b) => b.class === 'neuron').length,
        synapses: made.phantom.synapses.length,
        seconds: +made.seconds.toFixed(1),
      }),
    );
    if (seed < 3) panels.push(cut(made.sections[made.sections.length >> 1], 8, 8, size));
    if (seed === 1 && variant === 'anisotropic') await writeTruthPicture(made, 30, 320);
  }
  const shown = [0.25, 0.6].map((share) =>
    cut(real.sections[Math.floor(share * real.sections.length)], 0, 0, size),
  );
  await writePanels(
    join(pictures, `phantom-${variant}.png`),
    [0, 1].map((i) => [panels[i], shown[i]]),
    enlarge,
  );
  rows.push({
    real: real.name,
    unseen: real.unseen.name,
    charts: charts(measuredReal, measuredUnseen, measured),
  });
}
writeFileSync(join(pictures, 'phantom-statistics.svg'), statisticsSvg(rows));
console.log(JSON.stringify(numbers, null, 1));
