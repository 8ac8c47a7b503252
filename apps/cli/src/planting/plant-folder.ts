import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { badInput, conflict, hashBytes, notFound, seededRandom, type Box, type Vec3 } from '@stratome/core';
import { decodeTile, encodeTile, readTileImages, type Tile, type TileImages } from '@stratome/ingest';
import {
  displacePatch,
  displacementFaultKinds,
  imageFaultKinds,
  planDisplacementFault,
  planImageFault,
  randomBox,
  type FaultPlace,
  type SectionPatch,
} from '@stratome/phantom';

export const plantableFaults = [...imageFaultKinds, ...displacementFaultKinds] as const;
export type PlantableFault = (typeof plantableFaults)[number];

export interface PlantRequest {
  readonly fault: string;
  /** Folder of numbered images, folder with a tile manifest, or a manifest. */
  readonly input: string;
  /** Folder to write to; new or empty. */
  readonly out: string;
  /** z, y, x, voxels: section less the first, pixel from the first stage position. Absent: at a random place. */
  readonly box?: Box;
  readonly strength: number;
  readonly seed: number;
}

/** What was planted; written as `fault.json` beside the images. */
export interface PlantedFault {
  readonly format: 'stratome-fault/1';
  readonly fault: PlantableFault;
  readonly layer: 'L1' | 'L2';
  /** z, y, x, voxels. */
  readonly shape: Vec3;
  readonly box: { readonly begin: Vec3; readonly end: Vec3 };
  readonly strength: number;
  readonly seed: number;
  /** Sections that changed, from and to without it, counted from the first. */
  readonly sections: readonly [number, number];
  /** What the strength came to. */
  readonly detail: Readonly<Record<string, number>>;
  readonly changedImages: number;
  readonly images: number;
}

interface Plan {
  readonly layer: 'L1' | 'L2';
  readonly sections: readonly [number, number];
  readonly gone: boolean;
  readonly detail: Readonly<Record<string, number>>;
  readonly apply: (patch: SectionPatch) => Uint8Array;
}

const isOneOf = <T extends string>(list: readonly T[], value: string): value is T =>
  list.includes(value as T);

/** Images decoded at once. */
const imagesAtOnce = 4;

/** Sides of a box at a random place, as fractions of the volume's. */
const randomSides = [0.3, 0.6] as const;
const wholeSectionFaults: readonly string[] = ['missingSection', 'sectionJump'];

function requireFault(fault: string): PlantableFault {
  if (isOneOf(plantableFaults, fault)) return fault;
  throw badInput(`There is no fault "${fault}" of images.`, `There are: ${plantableFaults.join(', ')}.`);
}

function planFault(kind: PlantableFault, place: Omit<FaultPlace, 'kind'>): Plan {
  if (isOneOf(imageFaultKinds, kind)) return { ...planImageFault({ ...place, kind }), layer: 'L1' };
  const fault = planDisplacementFault({ ...place, kind });
  return { ...fault, layer: 'L2', gone: false, apply: (patch) => displacePatch(fault, patch) };
}

interface Frame {
  readonly shape: Vec3;
  /** Stage position of pixel 0, 0, px. */
  readonly stagePx: readonly [number, number];
}

function frameOf({ sections, sectionCount }: TileImages): Frame {
  const tiles = sections.flatMap((s) => s.tiles);
  const low = (k: 0 | 1) => tiles.reduce((least, t) => Math.min(least, t.stagePx[k]), Infinity);
  const high = (k: 0 | 1) => tiles.reduce((most, t) => Math.max(most, t.stagePx[k] + t.shape[k]), -Infinity);
  const stagePx = [low(0), low(1)] as const;
  return { shape: [sectionCount, Math.ceil(high(0) - stagePx[0]), Math.ceil(high(1) - stagePx[1])], stagePx };
}

/** @throws conflict when `out` holds something already, or is part of the input */
async function requireFree(input: string, out: string): Promise<void> {
  const folder = (await stat(input).catch(() => undefined))?.isDirectory() ? input : dirname(input);
  if (out === folder || out.startsWith(folder + sep))
    throw conflict(`${out} lies in the input.`, 'Choose a folder beside it.');
  const there = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw conflict(`${out} is not a folder.`, 'Choose a new folder.');
  });
  if (there.length > 0) throw conflict(`${out} is not empty.`, 'Choose a new folder.');
}

/**
 * Plants a fault in a folder of images: writes a copy whose images have it, what was planted as `fault.json`, and a
 * manifest where the input has one. Images that do not change are copied byte for byte. One image at a time is in memory
 * per lane, whatever the size of the stack; a phantom's truth comes along. `out` appears whole or not at all.
 *
 * @throws StratomeError before anything is written for an unknown fault, images that cannot be used, a box outside of them, an `out` that is taken
 */
export async function plantInFolder(
  { fault, input, out, box, strength, seed }: PlantRequest,
  onImage: (done: number, total: number) => void = () => {},
): Promise<PlantedFault> {
  const kind = requireFault(fault);
  const [from, to] = [resolve(input), resolve(out)];
  if (!(await stat(from).catch(() => undefined)))
    throw notFound(`There is no ${input}.`, 'Give a folder of images or a tile manifest.');
  await requireFree(from, to);
  const images = await readTileImages(from);
  if (images.dtype !== 'uint8')
    throw badInput('Faults are planted in 8-bit images, and these have 16.', 'Convert them first.');
  const frame = frameOf(images);
  const whole = wholeSectionFaults.includes(kind);
  const place = {
    shape: frame.shape,
    box: box ?? randomBox(seededRandom(`plant/${kind}/${seed}`), frame.shape, randomSides, whole),
    strength,
    seed,
  };
  const plan = planFault(kind, place);
  await mkdir(dirname(to), { recursive: true });
  const partial = `${to}.partial-${randomUUID()}`;
  await mkdir(partial);
  try {
    const changedImages = await writeImages(images, frame, plan, from, partial, onImage);
    const planted: PlantedFault = {
      format: 'stratome-fault/1',
      fault: kind,
      layer: plan.layer,
      shape: frame.shape,
      box: { begin: place.box.begin, end: place.box.end },
      strength,
      seed,
      sections: plan.sections,
      detail: plan.detail,
      changedImages,
      images: images.sections.reduce((n, s) => n + s.tiles.length, 0),
    };
    await writeFile(join(partial, 'fault.json'), `${JSON.stringify(planted, null, 1)}\n`);
    await rm(to, { recursive: true, force: true });
    await rename(partial, to);
    return planted;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

interface Written {
  readonly tile: Tile;
  readonly section: number;
  readonly file: string;
  readonly sha256: string;
}

/** Writes images, manifest and truth. @returns how many images changed or are gone */
async function writeImages(
  images: TileImages,
  frame: Frame,
  plan: Plan,
  from: string,
  out: string,
  onImage: (done: number, total: number) => void,
): Promise<number> {
  const folder = (await stat(from)).isDirectory() ? from : dirname(from);
  const tiles = images.sections.flatMap(({ section, tiles: own }) => own.map((tile) => ({ tile, section })));
  const written: (Written | undefined)[] = [];
  let [next, done, changed] = [0, 0, 0];
  const lane = async () => {
    while (next < tiles.length) {
      const index = next++;
      const { tile, section } = tiles[index];
      const z = section - images.firstSection;
      const bytes = await readFile(tile.file);
      const hit = z >= plan.sections[0] && z < plan.sections[1];
      if (hit && plan.gone) changed++;
      else {
        const made = hit ? await withFault(tile, z, bytes, frame, plan) : undefined;
        if (made) changed++;
        const file = nameOf(folder, tile, made !== undefined);
        await mkdir(dirname(join(out, file)), { recursive: true });
        await writeFile(join(out, file), made ?? bytes);
        written[index] = { tile, section, file, sha256: hashBytes(made ?? bytes) };
      }
      onImage(++done, tiles.length);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: imagesAtOnce }, lane));
  const failed = lanes.find((l) => l.status === 'rejected');
  if (failed) throw failed.reason;
  await writeManifest(
    images,
    written.filter((one) => one !== undefined),
    out,
  );
  const truth = join(folder, 'truth');
  if (await stat(join(truth, 'truth.json')).catch(() => undefined))
    await cp(truth, join(out, 'truth'), { recursive: true });
  return changed;
}

/** The image's bytes with the fault; undefined where none of its pixels changes. */
async function withFault(
  tile: Tile,
  z: number,
  bytes: Uint8Array,
  { stagePx }: Frame,
  plan: Plan,
): Promise<Uint8Array | undefined> {
  const { data, shape } = await decodeTile(bytes, tile.file);
  const originPx = [tile.stagePx[0] - stagePx[0], tile.stagePx[1] - stagePx[1]] as const;
  const pixels = plan.apply({ data: data as Uint8Array, shape, z, originPx });
  if (pixels === data || Buffer.compare(pixels, data as Uint8Array) === 0) return undefined;
  return encodeTile({ data: pixels, shape }, isTiff(tile.file) ? 'tiff' : 'png');
}

const isTiff = (file: string) => /\.tiff?$/i.test(file);

/** Where an image goes, from `out`: as in the input; what changed and was JPEG becomes PNG, which loses nothing. */
function nameOf(folder: string, { file, id }: Tile, changed: boolean): string {
  const inside = relative(folder, file);
  const name =
    inside.startsWith('..') || isAbsolute(inside)
      ? join('tiles', `${id.replaceAll('/', '_')}${extname(file)}`)
      : inside;
  const keeps = !changed || isTiff(file) || extname(file).toLowerCase() === '.png';
  return keeps ? name : join(dirname(name), `${basename(name, extname(name))}.png`);
}

/** A manifest where the voxel size is known, else a table, which is read with a voxel size. */
async function writeManifest(
  { name, voxelNm }: TileImages,
  written: readonly Written[],
  out: string,
): Promise<void> {
  if (!voxelNm) {
    const rows = written.map(({ tile, section, file, sha256 }) =>
      [section, `"${file.replaceAll('"', '""')}"`, ...tile.stagePx, sha256].join(','),
    );
    await writeFile(join(out, `${name}.csv`), ['section,file,y,x,sha256', ...rows, ''].join('\n'));
    return;
  }
  const bySection = new Map<number, Written[]>();
  for (const one of written) bySection.set(one.section, [...(bySection.get(one.section) ?? []), one]);
  const sections = [...bySection].map(([section, own]) => ({
    section,
    tiles: own.map(({ tile: { row, col, stagePx, shape }, file, sha256 }) => ({
      file,
      row,
      col,
      stagePx,
      shape,
      sha256,
    })),
  }));
  const manifest = { format: 'stratome-tiles/1', name, voxelNm, sections };
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}
