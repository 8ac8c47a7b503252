import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound } from '@stratome/core';
import { openN5 } from './n5.js';
import type { OpenedVolume } from './opened-volume.js';
import { openZarr } from './zarr.js';

const zarrMarks = ['zarr.json', '.zarray', '.zgroup'];

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Opens a folder as zarr or N5, whichever it is. @throws StratomeError notFound when it is neither. */
export async function openVolume(folder: string): Promise<OpenedVolume> {
  if (!(await exists(folder))) throw notFound(`There is no folder ${folder}.`);
  const isZarr = await Promise.all(zarrMarks.map((name) => exists(join(folder, name))));
  if (isZarr.includes(true)) return openZarr(folder);
  const isN5 = await Promise.all(
    ['attributes.json', 's0/attributes.json'].map((name) => exists(join(folder, name))),
  );
  if (isN5.includes(true)) return openN5(folder);
  throw notFound(
    `${folder} is neither a zarr nor an N5 volume.`,
    'An interrupted write leaves no metadata; write it again.',
  );
}
