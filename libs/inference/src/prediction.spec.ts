import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyOverlap, seededRandom, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { loadModelCard, modelsDirectory, type Model } from './model-card.js';
import { predictBox } from './prediction.js';
import { openSession } from './session.js';
import { alignedTaskBoxes, reflectIndex, requiredInputBox } from './windows.js';

const fixture = fileURLToPath(new URL('../test-fixtures/smoothing', import.meta.url));

function noise(shape: Vec3, seed: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () => 1 + random.below(255));
}

function crop(data: Uint8Array<ArrayBuffer>, shape: Vec3, box: Box) {
  const out = new Uint8Array(voxelsIn(box));
  copyOverlap(data, { begin: [0, 0, 0], end: shape }, out, box);
  return { data: out, shape: shapeOf(box) };
}

async function predictAll(model: Model, em: Uint8Array<ArrayBuffer>, shape: Vec3, boxes: Box[]) {
  const session = await openSession(model);
  const channels = model.card.channels.length;
  const whole = { begin: [0, 0, 0] as Vec3, end: shape };
  const out = new Uint8Array(channels * em.length);
  for (const box of boxes) {
    const part = await predictBox(
      session,
      model,
      crop(em, shape, requiredInputBox(model, box, shape)),
      box,
      shape,
    );
    copyOverlap(part.data, box, out, whole, channels);
  }
  return out;
}

/** Boxes that ignore the grid of cores. */
function unalignedBoxes(shape: Vec3, step: Vec3): Box[] {
  const boxes: Box[] = [];
  for (let z = 0; z < shape[0]; z += step[0])
    for (let y = 0; y < shape[1]; y += step[1])
      for (let x = 0; x < shape[2]; x += step[2]) {
        const end = [z + step[0], y + step[1], x + step[2]].map((v, k) => Math.min(v, shape[k]));
        boxes.push({ begin: [z, y, x], end: end as unknown as Vec3 });
      }
  return boxes;
}

const logistic = (v: number) => Math.round(255 / (1 + Math.exp(-v)));

describe('predictBox', () => {
  const shape: Vec3 = [14, 19, 23];
  const whole = { begin: [0, 0, 0] as Vec3, end: shape };

  it('gives what the network computes over the mirrored volume', async () => {
    const model = await loadModelCard(fixture);
    const em = noise(shape, 1);
    // Of 100 columns so many sections are missing that nothing is made up.
    for (const z of [5, 6, 7]) em.fill(0, z * 19 * 23, z * 19 * 23 + 100);
    const out = await predictAll(model, em, shape, [whole]);
    const value = (z: number, y: number, x: number) => {
      const [a, b, c] = [reflectIndex(z, 14), reflectIndex(y, 19), reflectIndex(x, 23)];
      const grey = em[(a * 19 + b) * 23 + c];
      return grey === 0 ? 0 : (grey - 128) / 40;
    };
    for (let z = 0; z < 14; z++)
      for (let y = 0; y < 19; y++)
        for (let x = 0; x < 23; x++) {
          const i = (z * 19 + y) * 23 + x;
          let sum = 0;
          for (let d = 0; d < 27; d++)
            sum += value(z + Math.floor(d / 9) - 1, y + (Math.floor(d / 3) % 3) - 1, x + (d % 3) - 1);
          const expected = em[i] === 0 ? [0, 0] : [logistic(sum / 27), logistic(value(z, y, x))];
          expect(Math.abs(out[i] - expected[0])).toBeLessThanOrEqual(1);
          expect(Math.abs(out[em.length + i] - expected[1])).toBeLessThanOrEqual(1);
        }
  });

  it('sees a blend where one section is missing', async () => {
    const model = await loadModelCard(fixture);
    const em = noise(shape, 4);
    const plane = 19 * 23;
    em.fill(0, 3 * plane, 4 * plane);
    const filled = em.slice();
    for (let i = 0; i < plane; i++) {
      const [below, above] = [em[2 * plane + i], em[4 * plane + i]];
      filled[3 * plane + i] = Math.round(below + (above - below) / 2);
    }
    expect(await predictAll(model, em, shape, [whole])).toEqual(
      await predictAll(model, filled, shape, [whole]),
    );
  });

  it('gives the same bytes however the volume is cut', async () => {
    const model = await loadModelCard(fixture);
    const em = noise(shape, 2);
    const plane = 19 * 23;
    for (const z of [2, 7, 8, 10, 11, 12]) em.fill(0, z * plane + 50, (z + 1) * plane - 50);
    const once = await predictAll(model, em, shape, [whole]);
    for (const boxes of [alignedTaskBoxes(model, shape, 1), unalignedBoxes(shape, [5, 7, 4])]) {
      expect(await predictAll(model, em, shape, boxes)).toEqual(once);
    }
  });

  it('refuses voxels of another extent than it needs, naming the box', async () => {
    const model = await loadModelCard(fixture);
    const session = await openSession(model);
    const em = { data: new Uint8Array(8), shape: [2, 2, 2] as Vec3 };
    await expect(predictBox(session, model, em, whole, shape)).rejects.toThrow(/0,0,0:14,19,23/);
  });
});

describe('openSession', () => {
  it('serves on the CPU where CUDA does not load, and says what it used', async () => {
    const session = await openSession(await loadModelCard(fixture), { preferCuda: true });
    expect(['cpu', 'cuda']).toContain(session.provider);
    expect(session.runtimeVersion).toMatch(/^\d+\.\d+/);
    const [smooth, sharp] = await session.run(new Float32Array(27).fill(2), [3, 3, 3]);
    expect(sharp[13]).toBeCloseTo(1 / (1 + Math.exp(-2)), 5);
    expect(smooth[13]).toBeCloseTo(sharp[13], 5);
  });

  it('keeps one session a thread', async () => {
    const model = await loadModelCard(fixture);
    expect(openSession(model)).toBe(openSession(model));
  });
});

const shipped = [
  'affinities-iso-10nm',
  'synapses-iso-10nm',
  'affinities-aniso-48x8nm',
  'synapses-aniso-48x8nm',
];

describe.each(shipped)('%s', (id) => {
  it.skipIf(!existsSync(join(modelsDirectory, id)))(
    'gives the same bytes from two cuts across its cores',
    async () => {
      const loaded = await loadModelCard(id);
      // The network takes any window; a small one keeps the test short.
      const { margin } = loaded.card;
      const window = margin.map((m) => 2 * m + 16) as unknown as Vec3;
      const model: Model = { ...loaded, card: { ...loaded.card, window } };
      const shape: Vec3 = [20, 18, 16];
      const em = noise(shape, 3);
      const once = await predictAll(model, em, shape, [{ begin: [0, 0, 0], end: shape }]);
      expect(new Set(once).size).toBeGreaterThan(10);
      expect(await predictAll(model, em, shape, unalignedBoxes(shape, [10, 18, 16]))).toEqual(once);
    },
  );
});
