import { seededRandom, type Random } from '@stratome/core';
import { fading, requirePlace, type FaultPlace } from './fault-place.js';
import { blurOfData, medianGrey, noiseOf } from './grey.js';

/** Faults of L1: what can be wrong with images by themselves. */
export const imageFaultKinds = [
  'stainingGradient',
  'defocus',
  'noise',
  'stretchedIllumination',
  'corruptTile',
  'missingSection',
] as const;
export type ImageFaultKind = (typeof imageFaultKinds)[number];

/** Grey pixels of one section, or of one tile of it. */
export interface SectionPatch {
  /** uint8, y x, C order; 0 is no data. */
  readonly data: Uint8Array;
  /** [height, width], px. */
  readonly shape: readonly [number, number];
  readonly z: number;
  /** Place of the first pixel in the section, [y, x], px. */
  readonly originPx: readonly [number, number];
}

export interface ImageFault {
  readonly kind: ImageFaultKind;
  /** Sections that change: from, and to without it. */
  readonly sections: readonly [number, number];
  /** Whether those sections are gone, as if they had never been imaged. */
  readonly gone: boolean;
  /** What the strength came to; units in the names. */
  readonly detail: Readonly<Record<string, number>>;
  /** The pixels with the fault; the same array where nothing changes. The patch is not mutated. */
  apply(patch: SectionPatch): Uint8Array;
}

const grey = (v: number) => Math.max(1, Math.min(255, Math.round(v)));

/** A function of the patch and of how much of the fault acts at each of its pixels. */
type Change = (patch: SectionPatch, inside: Float64Array, random: Random) => Uint8Array;

/** Grey levels `centre + (v − centre)·factor`; noise that contrast lost is put back, as the detector made it. */
const contrastTimes =
  (change: number): Change =>
  ({ data, shape }, inside, random) => {
    const centre = medianGrey(data);
    const noise = change < 0 ? noiseOf(data, shape) : 0;
    return data.map((v, i) => {
      if (v === 0 || inside[i] === 0) return v;
      const factor = 1 + change * inside[i];
      const lost = noise * Math.sqrt(Math.max(0, 1 - factor * factor));
      return grey(centre + (v - centre) * factor + (lost > 0 ? lost * random.normal() : 0));
    });
  };

const blurred =
  (sigmaPx: number): Change =>
  ({ data, shape }, inside, random) => {
    const soft = blurOfData(data, shape, sigmaPx);
    const noise = noiseOf(data, shape);
    return data.map((v, i) =>
      v === 0 || inside[i] === 0
        ? v
        : grey((1 - inside[i]) * v + inside[i] * (soft[i] + noise * random.normal())),
    );
  };

const noisy =
  (sd: number): Change =>
  ({ data }, inside, random) =>
    data.map((v, i) => (v === 0 || inside[i] === 0 ? v : grey(v + sd * random.normal())));

const emptied: Change = ({ data }, inside) => data.map((v, i) => (inside[i] > 0 ? 0 : v));

interface Amounts {
  readonly rim: number;
  readonly detail: Record<string, number>;
  readonly change: Change;
  /** Sections that are lost, of the box's; all of the box's are changed where it is absent. */
  readonly count?: number;
  readonly gone?: boolean;
}

/** What a strength from 0 to 1 means for each kind. */
const amountsOf: Record<ImageFaultKind, (strength: number) => Amounts> = {
  stainingGradient: (s) => {
    const contrastLost = 0.25 + 0.45 * s;
    return { rim: 24, detail: { contrastLost }, change: contrastTimes(-contrastLost) };
  },
  defocus: (s) => {
    const sigmaPx = 1.5 + 2.5 * s;
    return { rim: 8, detail: { sigmaPx }, change: blurred(sigmaPx) };
  },
  noise: (s) => {
    const noiseSdGrey = 15 + 40 * s;
    return { rim: 1, detail: { noiseSdGrey }, change: noisy(noiseSdGrey) };
  },
  stretchedIllumination: (s) => {
    const contrastGained = 0.8 + 1.2 * s;
    return { rim: 16, detail: { contrastGained }, change: contrastTimes(contrastGained) };
  },
  corruptTile: (s) => {
    const sections = 2 + Math.round(6 * s);
    return { rim: 1, detail: { sections }, change: emptied, count: sections };
  },
  missingSection: (s) => {
    const sections = 1 + Math.round(2 * s);
    return { rim: 1, detail: { sections }, change: emptied, count: sections, gone: true };
  },
};

/**
 * A fault of images, to be applied to sections or tiles one by one in any order: what happens to a pixel depends on
 * the fault, its place and its own patch alone.
 *
 * - `stainingGradient`: contrast about the patch's median grey falls by 0.25 + 0.45·strength towards the box's middle,
 *   over 24 voxels; the image's own noise is put back
 * - `defocus`: Gaussian blur of 1.5 + 2.5·strength px in the section; the noise is put back
 * - `noise`: further Gaussian noise of 15 + 40·strength grey levels
 * - `stretchedIllumination`: contrast about the median times 1.8 + 1.2·strength, clipped at 1 and 255
 * - `corruptTile`: no image in the box in 2 to 8 neighbouring sections of it
 * - `missingSection`: 1 to 3 whole sections of the box's are gone
 *
 * @throws badInput for a box outside the volume or a strength outside 0 to 1
 */
export function planImageFault(place: FaultPlace<ImageFaultKind>): ImageFault {
  requirePlace(place);
  const { kind, shape, strength, seed } = place;
  const amounts = amountsOf[kind](strength);
  const { gone = false, change } = amounts;
  const box = gone
    ? { begin: [place.box.begin[0], 0, 0] as const, end: [place.box.end[0], shape[1], shape[2]] as const }
    : place.box;
  const sections = sectionsOf(box.begin[0], box.end[0], amounts.count, seededRandom(`${kind}/${seed}`));
  const strengthAt = fading({ ...place, box }, amounts.rim);
  return {
    kind,
    sections,
    gone,
    detail: {
      ...amounts.detail,
      ...(amounts.count && { firstSection: sections[0], sections: sections[1] - sections[0] }),
    },
    apply(patch) {
      const { data, shape: size, z, originPx } = patch;
      if (z < sections[0] || z >= sections[1]) return data;
      const inside = new Float64Array(data.length);
      for (let y = 0, i = 0; y < size[0]; y++)
        for (let x = 0; x < size[1]; x++, i++)
          inside[i] = strengthAt(z, Math.round(originPx[0]) + y, Math.round(originPx[1]) + x);
      if (!inside.some((v) => v > 0)) return data;
      return change(patch, inside, seededRandom(`${kind}/${seed}/${z}/${originPx.join('/')}`));
    },
  };
}

/** All sections of a range, or `count` neighbouring ones of it. */
function sectionsOf(from: number, to: number, count: number | undefined, random: Random): [number, number] {
  if (count === undefined) return [from, to];
  const some = Math.min(count, to - from);
  const first = from + random.below(to - from - some + 1);
  return [first, first + some];
}
