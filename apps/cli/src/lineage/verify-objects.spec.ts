import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@stratome/storage';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyObjects } from './verify-objects.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'stratome-verify-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('names every result whose object is gone or is another', async () => {
  const store = new FileObjectStore(folder);
  const put = async (text: string) => (await store.put(Buffer.from(text), { encoding: 'raw' })).hash;
  const [whole, altered, gone] = [await put('whole'), await put('altered'), await put('gone')];
  await chmod(store.pathOf(altered, 'raw'), 0o644);
  await writeFile(store.pathOf(altered, 'raw'), 'tampered with');
  await store.delete(gone);
  let read = 0;
  const contents = [
    {
      hash: whole,
      results: [
        { kind: 'mesh', key: '2' },
        { kind: 'mesh', key: '1' },
      ],
    },
    { hash: gone, results: [{ kind: 'em/0', key: '0/0/1' }] },
    { hash: altered, results: [{ kind: 'em/0', key: '0/0/0' }] },
  ];
  expect(await verifyObjects(store, contents, () => read++)).toEqual({
    objects: 3,
    results: 4,
    differences: [
      { kind: 'em/0', key: '0/0/0', hash: altered, problem: 'altered' },
      { kind: 'em/0', key: '0/0/1', hash: gone, problem: 'missing' },
    ],
  });
  expect(read).toBe(3);
});
