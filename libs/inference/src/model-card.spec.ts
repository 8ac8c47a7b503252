import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listModels, loadModelCard } from './model-card.js';

const fixtures = fileURLToPath(new URL('../test-fixtures', import.meta.url));

describe('loadModelCard', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'models-'));
    await cp(join(fixtures, 'smoothing'), join(folder, 'smoothing'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const editCard = async (change: Record<string, unknown>) => {
    const path = join(folder, 'smoothing', 'model.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
  };

  it('reads a card whose weights are unchanged', async () => {
    const model = await loadModelCard(join(folder, 'smoothing'));
    expect(model.card.channels).toEqual(['smooth', 'sharp']);
    expect(model.file).toBe(join(folder, 'smoothing', 'model.onnx'));
  });

  it('refuses weights of which one byte differs', async () => {
    const path = join(folder, 'smoothing', 'model.onnx');
    const weights = await readFile(path);
    weights[weights.length - 1] ^= 1;
    await writeFile(path, weights);
    await expect(loadModelCard(join(folder, 'smoothing'))).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('smoothing'),
    });
  });

  it('refuses weights that are missing', async () => {
    await rm(join(folder, 'smoothing', 'model.onnx'));
    await expect(loadModelCard(join(folder, 'smoothing'))).rejects.toMatchObject({ kind: 'corrupt' });
  });

  it('names the field of a malformed card', async () => {
    await editCard({ margin: [4, 2, 3] });
    await expect(loadModelCard(join(folder, 'smoothing'))).rejects.toMatchObject({
      kind: 'badInput',
      message: expect.stringContaining('margin'),
    });
    await editCard({ voxelNm: [10, 0, 10] });
    await expect(loadModelCard(join(folder, 'smoothing'))).rejects.toThrow(/voxelNm/);
  });

  it('names the models there are when one is not found', async () => {
    await expect(loadModelCard(join(folder, 'absent'))).rejects.toMatchObject({
      kind: 'notFound',
      remedy: expect.stringContaining('smoothing'),
    });
  });

  it('lists the models of a folder', async () => {
    await cp(join(folder, 'smoothing'), join(folder, 'another'), { recursive: true });
    const models = await listModels(folder);
    expect(models.map((m) => m.directory)).toEqual([join(folder, 'another'), join(folder, 'smoothing')]);
    await expect(listModels(join(folder, 'smoothing'))).rejects.toMatchObject({ kind: 'notFound' });
  });
});
