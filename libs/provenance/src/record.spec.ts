import { describe, expect, it } from 'vitest';
import { captureCodeRevision, captureEnvironment } from './capture.js';
import { artifactSetHash, noModel, requireComplete, taskInputHash, type TaskIdentity } from './record.js';

const hash = (digit: string) => digit.repeat(64);
const task: TaskIdentity = {
  stage: 'render',
  stageVersion: 1,
  parameters: { spacingPx: 64 },
  model: noModel,
  inputs: [
    { kind: 'tile', key: '0/0', hash: hash('a'), role: 'pixels' },
    { kind: 'transform', key: '0', hash: hash('b'), role: 'parameters' },
  ],
  detail: { box: '0,0,0:8,8,8' },
};

describe('the input hash of a task', () => {
  it('does not depend on the order of inputs', () => {
    expect(taskInputHash({ ...task, inputs: task.inputs.toReversed() })).toBe(taskInputHash(task));
  });

  it.each([
    ['a parameter', { parameters: { spacingPx: 65 } }],
    ['the model', { model: { id: 'other', hash: hash('c') } }],
    ['an input', { inputs: [task.inputs[0]] }],
    ['the box', { detail: { box: '0,0,0:8,8,9' } }],
    ['the stage version', { stageVersion: 2 }],
  ])('changes with %s', (_, change) => {
    expect(taskInputHash({ ...task, ...change })).not.toBe(taskInputHash(task));
  });
});

describe('a stage record', () => {
  const record = {
    inputHash: hash('1'),
    code: { commit: 'abc', dirty: false },
    model: noModel,
    parameters: {},
    environment: captureEnvironment(import.meta.url, 'none'),
    outputHash: hash('2'),
  };

  it('is accepted when all six fields are there', () => {
    expect(requireComplete(record)).toEqual(record);
  });

  it.each(['inputHash', 'code', 'model', 'parameters', 'environment', 'outputHash'])(
    'is refused without %s',
    (field) => {
      const { [field as keyof typeof record]: _, ...rest } = record;
      expect(() => requireComplete(rest)).toThrow(field);
    },
  );
});

it('hashes a set of artefacts whatever their order', () => {
  const a = { kind: 'em/0', key: '0/0/0', hash: hash('a') };
  const b = { kind: 'em/0', key: '0/0/1', hash: hash('b') };
  expect(artifactSetHash([a, b])).toBe(artifactSetHash([b, a]));
  expect(artifactSetHash([a, b])).not.toBe(artifactSetHash([a, { ...b, hash: hash('c') }]));
});

it('names the release where there is no git checkout', () => {
  expect(captureCodeRevision('/', '9.9.9').commit).toBe('release-9.9.9');
});
