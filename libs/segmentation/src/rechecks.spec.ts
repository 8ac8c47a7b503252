import { BlockGrid, boxOfShape, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { agglomerate, type Agglomeration } from './agglomeration.js';
import { agglomerationParameters } from './parameters.js';
import { measureDecisions, measureUnsegmented } from './rechecks.js';
import { regionEdges, type LabelledBlock } from './regionEdges.js';
import { supervoxelTable } from './supervoxelTable.js';

/** Four supervoxels of 4×4×4 voxels in a row along x; 1 and 2 in the first cell, 3 and 4 in the second. */
const shape: Vec3 = [4, 4, 16];
const cells = new BlockGrid(shape, [4, 4, 8]);
const volume: Box = boxOfShape(shape);
const labels = Uint32Array.from({ length: 256 }, (_, i) => 1 + Math.floor((i % 16) / 4));

describe('measureUnsegmented', () => {
  it('counts voxels with image alone', () => {
    const ids = BigUint64Array.from(labels, (label) => (label === 1 ? 0n : 1n << 40n));
    const image = Uint8Array.from({ length: 256 }, (_, i) => (i % 16 === 0 || i % 16 >= 8 ? 0 : 90));
    expect(measureUnsegmented(image, ids, volume, cells)).toEqual([
      { cell: 0, measure: 'unsegmented', value: 3 / 7, weight: 16 * 7 },
    ]);
  });
});

describe('measureDecisions', () => {
  const block: LabelledBlock = { blockIndex: 0, labels, shape };
  const table = supervoxelTable(block, 4, volume, {
    glia: Uint8Array.from(labels, (label) => (label === 4 ? 255 : 0)),
    vessel: new Uint8Array(256),
  });
  const affinities = new Uint8Array(768).fill(255);
  [0.9, 0.4, 0.9].forEach((affinity, n) => {
    for (let i = 0; i < 16; i++) affinities[512 + 16 * i + 4 * (n + 1)] = Math.round(255 * affinity);
  });
  const edges = regionEdges(block, [], affinities);
  const usual = agglomerationParameters.parse({ agglomerationThreshold: 0.5, dustVoxels: 0, classVoxels: 1 });
  const made = (threshold: number) =>
    agglomerate(edges, table, { ...usual, agglomerationThreshold: threshold });
  const measure = (agglomeration: Agglomeration, dustVoxels = 0) =>
    measureDecisions({ edges, supervoxels: table, agglomeration }, cells, { ...usual, dustVoxels });

  it('is 0 where decisions are those of the parameters; what classes kept apart is left out', () => {
    // Two contacts have their middle in the first cell; the third is between a neurite and glia.
    expect(measure(made(0.5))).toEqual([{ cell: 0, measure: 'decisionConflict', value: 0, weight: 32 }]);
  });

  it('finds what another threshold joined or left apart, whatever the parameters it was made with say', () => {
    expect(measure(made(0.3)).map(({ value }) => value)).toEqual([0.5]);
    expect(measure(made(0.95)).map(({ value }) => value)).toEqual([0.5]);
    expect(measure({ ...made(0.3), joined: Uint8Array.of(0, 1, 0) })[0].value).toBe(1);
  });

  it('does not hold against dust that it was joined below the threshold', () => {
    expect(measure(made(0.3), 100)).toEqual([{ cell: 0, measure: 'decisionConflict', value: 0, weight: 16 }]);
  });
});
