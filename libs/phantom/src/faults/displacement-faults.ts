import { seededRandom } from '@stratome/core';
import { sampleSection } from '../sections.js';
import { requirePlace, type FaultPlace } from './fault-place.js';
import type { SectionPatch } from './image-faults.js';

/** Faults of L2: sections that lie where they should not. */
export const displacementFaultKinds = ['sectionJump', 'localMisregistration'] as const;
export type DisplacementFaultKind = (typeof displacementFaultKinds)[number];

export interface DisplacementFault {
  readonly kind: DisplacementFaultKind;
  /** Sections that are displaced: from, and to without it. */
  readonly sections: readonly [number, number];
  /** What the strength came to; units in the names. */
  readonly detail: Readonly<Record<string, number>>;
  /** Whether every section is displaced by one shift as a whole. */
  readonly rigid: boolean;
  /** How far what stands at (y, x) of section z is displaced, [y, x], px. */
  displacementPx(z: number, y: number, x: number): readonly [number, number];
}

/** Pixels over which a local displacement fades within its box. */
const rimPx = 24;

function planJump({ box, shape, strength, seed }: FaultPlace): DisplacementFault {
  const random = seededRandom(`sectionJump/${seed}`);
  const at = Math.max(1, Math.floor((box.begin[0] + box.end[0]) / 2));
  const angle = random.uniform(0, 2 * Math.PI);
  const shiftPx = 3 + 5 * strength;
  const shift = [shiftPx * Math.sin(angle), shiftPx * Math.cos(angle)] as const;
  return {
    kind: 'sectionJump',
    sections: [at, shape[0]],
    detail: { firstSection: at, shiftPx, shiftYPx: shift[0], shiftXPx: shift[1] },
    rigid: true,
    displacementPx: (z) => (z >= at ? shift : [0, 0]),
  };
}

function planMisregistration({ box, strength, seed }: FaultPlace): DisplacementFault {
  const largestPx = 2 + 4 * strength;
  const [from, to] = [box.begin[0], box.end[0]];
  const shifts = Array.from({ length: to - from }, (_, k) => {
    const random = seededRandom(`localMisregistration/${seed}/${from + k}`);
    const px = largestPx * (k % 2 === 0 ? 1 : -1) * random.uniform(0.6, 1);
    const angle = random.uniform(0, Math.PI);
    return [px * Math.sin(angle), px * Math.cos(angle)] as const;
  });
  const planar = (y: number, x: number) =>
    Math.max(
      0,
      Math.min(1, Math.min(y - box.begin[1], box.end[1] - y, x - box.begin[2], box.end[2] - x) / rimPx),
    );
  return {
    kind: 'localMisregistration',
    sections: [from, to],
    detail: { largestPx },
    rigid: false,
    displacementPx: (z, y, x) => {
      if (z < from || z >= to) return [0, 0];
      const w = planar(y, x);
      return [w * shifts[z - from][0], w * shifts[z - from][1]];
    },
  };
}

/**
 * A displacement of sections.
 *
 * - `sectionJump`: all sections from the middle of the box on lie 3 + 5·strength px off, in one direction
 * - `localMisregistration`: sections of the box are displaced to and fro, each in a direction of its own, by up to
 *   2 + 4·strength px, fading over 24 px within the box
 *
 * @throws badInput for a box outside the volume or a strength outside 0 to 1
 */
export function planDisplacementFault(place: FaultPlace<DisplacementFaultKind>): DisplacementFault {
  requirePlace(place);
  return place.kind === 'sectionJump' ? planJump(place) : planMisregistration(place);
}

/**
 * The pixels of a patch after a displacement: bicubic, 0 where what is displaced lies outside the patch. The same
 * array where nothing moves; the patch is not mutated.
 */
export function displacePatch(fault: DisplacementFault, patch: SectionPatch): Uint8Array {
  const { data, shape, z, originPx } = patch;
  if (z < fault.sections[0] || z >= fault.sections[1]) return data;
  const [h, w] = shape;
  const out = new Uint8Array(data.length);
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++, i++) {
      const [dy, dx] = sourceShift(fault, z, originPx[0] + y, originPx[1] + x);
      const [py, px] = [y - dy, x - dx];
      if (dy === 0 && dx === 0) out[i] = data[i];
      else if (py >= 0 && py <= h - 1 && px >= 0 && px <= w - 1)
        out[i] = data[Math.round(py) * w + Math.round(px)] && greyOf(sampleSection(data, h, w, py, px));
    }
  return out;
}

const greyOf = (v: number) => Math.max(1, Math.min(255, Math.round(v)));

/** The displacement of what comes to lie at (y, x): a fixed point, since displacements are mild against their rim. */
function sourceShift(fault: DisplacementFault, z: number, y: number, x: number): readonly [number, number] {
  let shift = fault.displacementPx(z, y, x);
  if (fault.rigid) return shift;
  for (let i = 0; i < 8; i++) shift = fault.displacementPx(z, y - shift[0], x - shift[1]);
  return shift;
}
