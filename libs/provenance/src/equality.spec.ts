import { expect, it } from 'vitest';
import { captureEnvironment } from './capture.js';
import { promiseOfEquality, type Circumstances } from './equality.js';

const environment = {
  ...captureEnvironment(import.meta.url, 'cpu'),
  libraries: { 'onnxruntime-node': '1.30.0' },
};
const recorded: Circumstances = { code: { commit: 'abc', dirty: false }, stageVersion: 1, environment };
const hardware = { ...environment.hardware, processor: 'another' };

it('promises equal bits where nothing that matters differs', () => {
  expect(promiseOfEquality(recorded, recorded, true)).toEqual({ equality: 'exact', differences: [] });
  const later = { ...recorded, code: { commit: 'def', dirty: false } };
  expect(promiseOfEquality(recorded, later, true)).toEqual({
    equality: 'exact',
    differences: ['The code was abc, it is def.'],
  });
});

it.each([
  ['processor', { ...environment, hardware }],
  ['provider', { ...environment, executionProvider: 'cuda' as const }],
  ['runtime', { ...environment, libraries: { 'onnxruntime-node': '1.31.0' } }],
])(
  'promises only similar results of a network with another %s, and equal bits of arithmetic',
  (part, other) => {
    const now = { ...recorded, environment: other };
    const { equality, differences } = promiseOfEquality(recorded, now, true);
    expect(equality).toBe('similar');
    expect(differences).toEqual([expect.stringContaining(`The ${part} was`)]);
    expect(promiseOfEquality(recorded, now, false).equality).toBe('exact');
  },
);

it('promises nothing of a stage that means something else now', () => {
  expect(promiseOfEquality(recorded, { ...recorded, stageVersion: 2 }, false)).toEqual({
    equality: 'none',
    differences: ['The stage was version 1, it is version 2.'],
  });
});
