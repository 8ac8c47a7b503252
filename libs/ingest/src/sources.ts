import { badInput, hashBytes, notFound, type Vec3 } from '@stratome/core';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ImageFault, readHeader, type ImageHeader } from './image-header.js';
import { manifestFile, type NamedSources, type NamedTile, type Tile, type TileManifest } from './manifest.js';
import { numberSections } from './section-numbers.js';
import { readTileTable } from './tile-table.js';

const imageExtensions = new Set(['.png', '.tif', '.tiff', '.jpg', '.jpeg']);

/** Files read at once: enough to keep a disk busy. */
const filesAtOnce = 8;

/** Voxel edges that electron microscopes deliver, nm. */
const voxelRangeNm = [0.1, 10_000] as const;

/** Problems named in one error; the rest are counted. */
const problemsNamed = 5;

/**
 * Finds the sections and tiles of a dataset and checks every file before anything is computed: it exists, is
 * a whole 8- or 16-bit grey image of the size and depth of the others, and has the checksum it should have.
 *
 * @param path a folder of numbered sections (one image each), a folder that holds a tile manifest, or a
 *   manifest (`stratome-tiles/1` JSON, or CSV with the columns section, file, y, x[, sha256])
 * @param voxelNm voxel size z, y, x, nm; needed where the manifest does not give it
 * @param name of the dataset; the manifest's or the folder's when left out
 * @throws notFound for a path that does not exist, badInput naming up to five problems and counting the rest
 */
export async function readSources(path: string, voxelNm?: Vec3, name?: string): Promise<TileManifest> {
  const named = await nameSources(resolve(path));
  const voxel = checkVoxel(voxelNm ?? named.voxelNm, named.voxelNm);
  return { ...(await readNamed(path, named)), ...(name !== undefined && { name }), voxelNm: voxel };
}

/** Images with their places, whose voxel size need not be known. */
export type TileImages = Omit<TileManifest, 'voxelNm'> & { readonly voxelNm?: Vec3 };

/** `readSources` for work in pixels: the voxel size is the manifest's, and absent where it gives none. */
export async function readTileImages(path: string): Promise<TileImages> {
  return readNamed(path, await nameSources(resolve(path)));
}

async function readNamed(path: string, { name, voxelNm, tiles }: NamedSources): Promise<TileImages> {
  if (tiles.length === 0) throw badInput(`${path} names no images.`, 'Give PNG, TIFF or JPEG sections.');
  const images = assemble(name, tiles, await inspectFiles(tiles));
  return voxelNm ? { ...images, voxelNm } : images;
}

async function nameSources(path: string): Promise<NamedSources> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw notFound(`There is no ${path}.`, 'Give a folder of images or a tile manifest.');
  if (!found.isDirectory()) return readManifest(path);
  const files = (await readdir(path)).filter((file) => !file.startsWith('.')).sort();
  const manifests: string[] = [];
  for (const file of files) if (await isManifest(join(path, file))) manifests.push(file);
  if (manifests.length > 1)
    throw badInput(
      `${path} holds several manifests: ${manifests.join(', ')}.`,
      'Name the one that is meant.',
    );
  if (manifests.length === 1) return readManifest(join(path, manifests[0]));
  const images = files.filter((file) => imageExtensions.has(extname(file).toLowerCase()));
  if (images.length === 0)
    throw badInput(
      `The folder ${path} holds no images.`,
      'Give PNG, TIFF or JPEG sections, or a tile manifest.',
    );
  return {
    name: basename(path),
    tiles: numberSections(images).map(({ file, section }) => ({
      section,
      file: join(path, file),
      stagePx: [0, 0],
    })),
  };
}

/** Whether a JSON or CSV file beside images describes tiles. */
async function isManifest(file: string): Promise<boolean> {
  const extension = extname(file).toLowerCase();
  if (extension !== '.json' && extension !== '.csv') return false;
  const text = await readFile(file, 'utf8');
  if (extension === '.json') return /"format"\s*:\s*"stratome-tiles\//.test(text);
  const header = text.slice(0, text.search(/[\r\n]|$/)).split(',');
  return ['section', 'file', 'y', 'x'].every((column) => header.map((h) => h.trim()).includes(column));
}

async function readManifest(path: string): Promise<NamedSources> {
  const folder = dirname(path);
  const text = await readFile(path, 'utf8');
  if (extname(path).toLowerCase() === '.csv') {
    const tiles = readTileTable(text, path).map(({ section, file, y, x, sha256 }) => ({
      section,
      file: resolve(folder, file),
      stagePx: [y, x] as const,
      sha256,
    }));
    return { name: basename(path, extname(path)), tiles };
  }
  const { name, voxelNm, sections } = parseManifest(text, path);
  const tiles = sections.flatMap(({ section, tiles: ofSection }) =>
    ofSection.map((tile) => ({ ...tile, section, file: resolve(folder, tile.file) })),
  );
  return { name, voxelNm, tiles };
}

function parseManifest(text: string, path: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badInput(
      `${path} is not JSON.`,
      'Give a stratome-tiles/1 manifest, a CSV table or a folder of images.',
    );
  }
  const parsed = manifestFile.safeParse(json);
  if (parsed.success) {
    const numbers = parsed.data.sections.map((s) => s.section);
    const twice = numbers.find((n, i) => numbers.indexOf(n) !== i);
    if (twice !== undefined)
      throw badInput(`${path} lists section ${twice} twice.`, 'List each section once.');
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  throw badInput(
    `${path}: ${issue.path.join('.') || 'the manifest'}: ${issue.message}.`,
    'Correct the manifest.',
  );
}

function checkVoxel(voxel: Vec3 | undefined, stated: Vec3 | undefined): Vec3 {
  const remedy = 'Give z,y,x in nanometres, e.g. 40,8,8.';
  if (!voxel) throw badInput('The voxel size is not known.', remedy);
  const [low, high] = voxelRangeNm;
  if (voxel.length !== 3 || !voxel.every((nm) => Number.isFinite(nm) && nm >= low && nm <= high))
    throw badInput(`${voxel.join(',')} nm is an impossible voxel size.`, remedy);
  if (stated && stated.some((nm, k) => nm !== voxel[k]))
    throw badInput(
      `The voxel size ${voxel.join(',')} nm contradicts the manifest's ${stated.join(',')} nm.`,
      'Leave one of them out.',
    );
  return [voxel[0], voxel[1], voxel[2]];
}

interface CheckedFile {
  readonly header: ImageHeader;
  readonly sha256: string;
}

/** Reads, hashes and checks every file; the order of problems is that of the tiles. */
async function inspectFiles(tiles: readonly NamedTile[]): Promise<CheckedFile[]> {
  const results: (CheckedFile | string)[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < tiles.length; i = next++) results[i] = await inspectFile(tiles[i]);
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  const good = results.filter((r) => typeof r !== 'string');
  const problems = results.filter((r) => typeof r === 'string');
  if (good.length > 0) problems.push(...oddOnes(tiles, results));
  if (problems.length > 0) throw listProblems(problems);
  return good;
}

async function inspectFile(tile: NamedTile): Promise<CheckedFile | string> {
  const bytes = await readFile(tile.file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error)
    return `${tile.file} ${bytes.code === 'ENOENT' ? 'is missing' : `cannot be read (${bytes.code})`}`;
  const sha256 = hashBytes(bytes);
  if (tile.sha256 !== undefined && tile.sha256.toLowerCase() !== sha256)
    return `${tile.file} has the wrong checksum (it is ${sha256.slice(0, 12)}…, the manifest says ${tile.sha256.slice(0, 12)}…)`;
  try {
    const header = await readHeader(bytes);
    const [h, w] = tile.shape ?? header.shape;
    if (h !== header.shape[0] || w !== header.shape[1])
      return `${tile.file} is ${header.shape.join('×')} px, not ${h}×${w} px as the manifest says`;
    return { header, sha256 };
  } catch (error) {
    if (error instanceof ImageFault) return `${tile.file} ${error.message}`;
    throw error;
  }
}

/** Tiles whose size or depth is not that of most tiles. */
function oddOnes(tiles: readonly NamedTile[], results: readonly (CheckedFile | string)[]): string[] {
  const kinds = results.map((r) =>
    typeof r === 'string'
      ? ''
      : `${r.header.shape.join('×')} px, ${r.header.dtype === 'uint16' ? 16 : 8} bit`,
  );
  const counts = new Map<string, number>();
  for (const kind of kinds) if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const usual = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
  return kinds.flatMap((kind, i) =>
    kind && kind !== usual ? [`${tiles[i].file} is ${kind}, unlike the other tiles (${usual})`] : [],
  );
}

function listProblems(problems: string[]) {
  const rest = problems.length - problemsNamed;
  const text = problems.slice(0, problemsNamed).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
  return badInput(
    `${problems.length === 1 ? '' : `${problems.length} problems: `}${text}.`,
    'Replace these files, or leave them out of the input.',
  );
}

function assemble(
  name: string,
  named: readonly NamedTile[],
  checked: CheckedFile[],
): Omit<TileManifest, 'voxelNm'> {
  const numbers = [...new Set(named.map((t) => t.section))].sort((a, b) => a - b);
  const [first, last] = [numbers[0], numbers[numbers.length - 1]];
  if (last - first + 1 > 2 * numbers.length)
    throw badInput(
      `Most sections between ${first} and ${last} are missing: there are only ${numbers.length}.`,
      'Number the sections consecutively.',
    );
  const rows = gridIndex(
    named.map((t) => t.stagePx[0]),
    checked.map((c) => c.header.shape[0]),
  );
  const cols = gridIndex(
    named.map((t) => t.stagePx[1]),
    checked.map((c) => c.header.shape[1]),
  );
  const bySection = new Map<number, Tile[]>(numbers.map((n) => [n, []]));
  named.forEach((tile, i) => {
    const { row = rows[i], col = cols[i], section, file, stagePx } = tile;
    const { header, sha256 } = checked[i];
    bySection
      .get(section)!
      .push({ id: `${section}/${row}/${col}`, file, row, col, stagePx, shape: header.shape, sha256 });
  });
  for (const tiles of bySection.values()) {
    tiles.sort((a, b) => a.row - b.row || a.col - b.col);
    const i = tiles.findIndex((tile, k) => k > 0 && tiles[k - 1].id === tile.id);
    if (i > 0)
      throw badInput(
        `${tiles[i - 1].file} and ${tiles[i].file} are at the same grid position.`,
        'Remove one of them.',
      );
  }
  const present = new Set(numbers);
  const span = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  return {
    format: 'stratome-tiles/1',
    name,
    dtype: checked[0].header.dtype,
    firstSection: first,
    sectionCount: span.length,
    sections: numbers.map((section) => ({ section, tiles: bySection.get(section)! })),
    missingSections: span.filter((n) => !present.has(n)),
  };
}

/** Grid row (or column) of each stage coordinate: coordinates less than half a tile apart share one. */
function gridIndex(positions: readonly number[], extents: readonly number[]): number[] {
  const sorted = [...new Set(positions)].sort((a, b) => a - b);
  const apart = Math.max(...extents) / 2;
  const starts: number[] = [];
  for (const p of sorted) if (starts.length === 0 || p - starts[starts.length - 1] > apart) starts.push(p);
  return positions.map((p) => starts.findLastIndex((start) => p >= start));
}
