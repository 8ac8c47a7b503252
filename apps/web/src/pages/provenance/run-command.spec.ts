import { expect, it } from 'vitest';
import { runCommand, settingsOf } from './run-command.js';

it('parameters of a stage stand in their group', () => {
  expect(settingsOf('agglomerate', '{"agglomerationThreshold":0.2,"regions":[]}')).toEqual([
    'segmentation.agglomerationThreshold=0.2',
  ]);
  expect(settingsOf('shapes', '{"mesh":{"reduction":0.25},"skeleton":{"scale":1.5}}')).toEqual([
    'mesh.reduction=0.25',
    'skeleton.scale=1.5',
  ]);
  expect(settingsOf('affinities', '{}')).toEqual([]);
});

it('a command is quoted for a shell where it must be', () => {
  expect(runCommand('phantom', 'solve', '{"grid":{},"solve":{"huber":1.5}}')).toBe(
    `npx stratome run phantom \\\n  --set 'alignment.solve={"huber":1.5}'`,
  );
  expect(runCommand('phantom', 'edges', '{}')).toBeUndefined();
});
