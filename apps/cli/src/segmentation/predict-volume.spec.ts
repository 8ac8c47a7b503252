import { fileURLToPath } from 'node:url';
import { boxOfShape, type Vec3 } from '@stratome/core';
import { loadModelCard, openSession, predictBox } from '@stratome/inference';
import { expect, it } from 'vitest';
import { predictVolume } from '../../dist/segmentation/predict-volume.js';

const fixtures = fileURLToPath(new URL('../../../../libs/inference/test-fixtures', import.meta.url));

it('predicts the same with one thread, three, and none but this', async () => {
  const model = await loadModelCard(`${fixtures}/smoothing`);
  const small: Vec3 = [14, 20, 34];
  const data = Uint8Array.from({ length: 14 * 20 * 34 }, (_, i) => 1 + ((i * 7919) % 255));
  const em = { data, shape: small };
  const boxes: number[] = [];
  const swapped = await predictVolume(em, model, ['sharp', 'smooth'], 3, (voxels) => boxes.push(voxels));
  expect(boxes.length).toBe(3 * 3 * 4);
  expect(boxes.reduce((sum, n) => sum + n, 0)).toBe(data.length);
  expect(await predictVolume(em, model, ['sharp', 'smooth'], 1, () => {})).toEqual(swapped);
  const whole = await predictBox(await openSession(model), model, em, boxOfShape(small), small);
  expect(swapped.subarray(0, data.length)).toEqual(whole.data.subarray(data.length));
  expect(swapped.subarray(data.length)).toEqual(whole.data.subarray(0, data.length));
});
