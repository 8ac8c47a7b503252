import { seededRandom, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { displacePatch, displacementFaultKinds, planDisplacementFault } from './displacement-faults.js';
import { randomBox } from './fault-place.js';
import { noiseOf } from './grey.js';
import { imageFaultKinds, planImageFault, type ImageFaultKind, type SectionPatch } from './image-faults.js';

const shape: Vec3 = [12, 96, 120];
const box: Box = { begin: [2, 0, 48], end: [10, 60, 120] };

/** Stripes like membranes, with noise of 6. */
function section(z: number): SectionPatch {
  const random = seededRandom(`stripes/${z}`);
  const data = new Uint8Array(96 * 120);
  for (let y = 0, i = 0; y < 96; y++)
    for (let x = 0; x < 120; x++, i++)
      data[i] = Math.round(140 + (Math.sin((x + y) / 5) > 0.7 ? -70 : 10) + 6 * random.normal());
  return { data, shape: [96, 120], z, originPx: [0, 0] };
}

const spread = (values: Uint8Array | number[]) => {
  const mean = [...values].reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt([...values].reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
};

const part = ({ shape: [, w] }: SectionPatch, data: Uint8Array, y: number[], x: number[]) => {
  const out: number[] = [];
  for (let i = y[0]; i < y[1]; i++) for (let j = x[0]; j < x[1]; j++) out.push(data[i * w + j]);
  return out;
};

const plan = (kind: ImageFaultKind, strength = 0.5, seed = 1) =>
  planImageFault({ kind, shape, box, strength, seed });

describe.each(imageFaultKinds)('%s', (kind) => {
  it('changes its box alone, by seed, and leaves the patch as it was', () => {
    const fault = plan(kind);
    const z = fault.sections[0] + Math.floor((fault.sections[1] - fault.sections[0]) / 2);
    const patch = section(z);
    const before = patch.data.slice();
    const out = fault.apply(patch);
    expect(patch.data).toEqual(before);
    expect(out).not.toEqual(before);
    expect(out).toEqual(plan(kind).apply(patch));
    if (!fault.gone) {
      expect(part(patch, out, [60, 96], [0, 120])).toEqual(part(patch, before, [60, 96], [0, 120]));
      expect(part(patch, out, [0, 96], [0, 48])).toEqual(part(patch, before, [0, 96], [0, 48]));
    }
    const outside = section(11);
    expect(fault.apply(outside)).toBe(outside.data);
  });

  it('leaves pixels without data', () => {
    const fault = plan(kind);
    const patch = section(fault.sections[0]);
    patch.data.fill(0, 0, 120);
    expect([...fault.apply(patch).subarray(0, 120)].every((v) => v === 0)).toBe(true);
  });
});

describe('image faults', () => {
  const patch = section(6);
  const core = (data: Uint8Array) => part(patch, data, [2, 30], [80, 118]);

  it('lose and gain contrast by what they say, while the noise stays', () => {
    for (const strength of [0, 1]) {
      const lost = plan('stainingGradient', strength);
      const weak = lost.apply(patch);
      expect(spread(core(weak)) / spread(core(patch.data))).toBeCloseTo(1 - lost.detail.contrastLost, 0.7);
      const crop = Uint8Array.from(core(weak));
      expect(noiseOf(crop, [28, 38])).toBeGreaterThan(4);
      const stretched = plan('stretchedIllumination', strength).apply(patch);
      expect(spread(core(stretched))).toBeGreaterThan(1.4 * spread(core(patch.data)));
    }
  });

  it('add the noise that they say', () => {
    const random = seededRandom('even');
    const even = patch.data.map((_, i) => Math.round(90 + (i % 120) / 4 + 6 * random.normal()));
    expect(noiseOf(even, patch.shape)).toBeCloseTo(6, 0);
    const added = core(plan('noise', 1).apply(patch)).map((v, i) => v - core(patch.data)[i]);
    expect(spread(added)).toBeGreaterThan(45);
    expect(spread(added)).toBeLessThan(56);
  });

  it('blur edges', () => {
    const steps = (data: number[]) => spread(data.slice(1).map((v, i) => v - data[i]));
    const quiet = { ...patch, data: patch.data.map((v) => (v < 110 ? 70 : 150)) };
    expect(steps(core(plan('defocus', 1).apply(quiet)))).toBeLessThan(0.6 * steps(core(quiet.data)));
  });

  it('fade within the box and not at the face of the volume', () => {
    const flat = { ...patch, data: patch.data.map((_, i) => (i % 2 ? 100 : 160)) };
    const out = plan('stainingGradient', 1).apply(flat);
    const contrast = (x: number) => Math.abs(out[20 * 120 + x] - out[20 * 120 + x + 1]);
    expect(contrast(49)).toBeGreaterThan(contrast(60));
    expect(contrast(60)).toBeGreaterThan(contrast(90));
    expect(contrast(117)).toBeCloseTo(contrast(90), -1);
  });

  it('do the same to a tile as to the section that it was cut from, in which only noise differs', () => {
    const fault = plan('corruptTile');
    const z = fault.sections[0];
    const whole = fault.apply(section(z));
    const tile = { ...section(z), shape: [50, 60] as const, originPx: [10, 50] as const };
    const cut = Uint8Array.from(part(section(z), section(z).data, [10, 60], [50, 110]));
    expect([...fault.apply({ ...tile, data: cut })]).toEqual(part(section(z), whole, [10, 60], [50, 110]));
  });

  it('refuse a box outside the volume and a strength outside its range', () => {
    const outside = { begin: [0, 0, 0] as const, end: [13, 9, 9] as const };
    const place = { kind: 'noise', shape, box, strength: 0.5, seed: 1 } as const;
    expect(() => planImageFault({ ...place, box: outside })).toThrow('not inside the volume');
    expect(() => planImageFault({ ...place, strength: 1.5 })).toThrow('not from 0 to 1');
  });
});

describe.each(displacementFaultKinds)('%s', (kind) => {
  it('brings what stands at a point where it says', () => {
    const fault = planDisplacementFault({ kind, shape, box, strength: 1, seed: 4 });
    const z = fault.sections[0] + 2;
    const [y, x] = [30, 84];
    const data = new Uint8Array(96 * 120).fill(50);
    for (let a = -2; a <= 2; a++) for (let b = -2; b <= 2; b++) data[(y + a) * 120 + x + b] = 200;
    const out = displacePatch(fault, { data, shape: [96, 120], z, originPx: [0, 0] });
    let [sum, cy, cx] = [0, 0, 0];
    out.forEach((v, i) => {
      if (v <= 50) return;
      sum += v - 50;
      cy += (v - 50) * Math.floor(i / 120);
      cx += (v - 50) * (i % 120);
    });
    const [dy, dx] = fault.displacementPx(z, y, x);
    expect(Math.hypot(dy, dx)).toBeGreaterThan(3);
    expect(cy / sum - y).toBeCloseTo(dy, 0);
    expect(cx / sum - x).toBeCloseTo(dx, 0);
  });

  it('leaves other sections, and has no image where there was none', () => {
    const fault = planDisplacementFault({ kind, shape, box, strength: 1, seed: 4 });
    const before = section(0);
    expect(displacePatch(fault, before)).toBe(before.data);
    const empty = { ...section(fault.sections[0]), data: new Uint8Array(96 * 120) };
    expect(displacePatch(fault, empty).every((v) => v === 0)).toBe(true);
  });
});

it('random boxes lie inside, with sides as asked', () => {
  const random = seededRandom('boxes');
  for (let n = 0; n < 50; n++) {
    const { begin, end } = randomBox(random, shape, [0.3, 0.6]);
    shape.forEach((side, k) => {
      expect(begin[k]).toBeGreaterThanOrEqual(0);
      expect(end[k]).toBeLessThanOrEqual(side);
      expect((end[k] - begin[k]) / side).toBeGreaterThan(0.25);
      expect((end[k] - begin[k]) / side).toBeLessThan(0.65);
    });
    const slab = randomBox(random, shape, [0.3, 0.6], true);
    expect(slab.begin[0]).toBeGreaterThan(0);
    expect(slab.end).toEqual([slab.end[0], 96, 120]);
    expect(slab.end[0]).toBeLessThan(12);
  }
});
