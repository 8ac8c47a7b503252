import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Runs `npm run depcheck`'s command on the planted tree; resolves to its exit code and report. */
function depcheck(): Promise<{ code: number; report: string }> {
  const depcruise = join(root, 'node_modules/.bin/depcruise');
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'libs', 'apps', 'services'];
  return new Promise((done) => {
    execFile(depcruise, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } }, (error, stdout) =>
      done({ code: Number(error?.code ?? 0), report: stdout }),
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-directions-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.depcruise.json', 'tsconfig.base.json']) {
    await cp(join(root, file), join(folder, file));
  }
  for (const room of ['core', 'kernels', 'storage', 'segmentation']) {
    await write(`libs/${room}/src/index.ts`, 'export const name = 1;\n');
  }
  await write('apps/cli/src/index.ts', "export { name } from '@stratome/storage';\n");
  await write('services/src/index.ts', "export { name } from '@stratome/core';\n");
  await write('libs/segmentation/src/good.ts', "export { name } from '@stratome/kernels';\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the dependency directions of ARCHITECTURE.md', () => {
  it('accept what keeps to them', async () => {
    expect(await depcheck()).toEqual({
      code: 0,
      report: expect.stringContaining('no dependency violations'),
    });
  });

  it.each([
    ['libs/kernels/src', "export { name } from '@stratome/storage';", 'directions-of-kernels'],
    ['libs/segmentation/src', "import type { name } from '@stratome/storage';", 'directions-of-ingest'],
    ['libs/storage/src', "export { name } from '@stratome/cli';", 'libraries-know-no-apps'],
    ['services/src', "export { name } from '@stratome/storage';", 'directions-of-services'],
    ['libs/kernels/src', "export { readFileSync } from 'node:fs';", 'algorithms-touch-no-files'],
    ['libs/kernels/src', "export * from './planted.js';", 'no-cycles'],
    ['libs/kernels/src', "export * from '@stratome/nothing';", 'resolvable'],
  ])('refuse in %s: %s', async (room, line, rule) => {
    await write(`${room}/planted.ts`, `${line}\n`);
    try {
      const { code, report } = await depcheck();
      expect(report).toContain(rule);
      expect(code).toBeGreaterThan(0);
    } finally {
      await rm(join(folder, room, 'planted.ts'));
    }
  });
});
