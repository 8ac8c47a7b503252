import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict, hashBytes, hashJson } from '@stratome/core';
import sharp from 'sharp';
import { settleAll, writeAtomic, writeJson, writeVolume } from './files.js';
import {
  resolvePhantomParameters,
  type PhantomParameters,
  type PhantomParametersInput,
} from './parameters.js';
import { makePhantom, type Phantom } from './phantom.js';
import { cutSections, renderTile, type TileTransform } from './sections.js';
import type { Synapse } from './contacts.js';
import { skeletonsToSwc } from './swc.js';

/** What a phantom is made by; raise it when the same parameters give other bytes. */
export const phantomFormat = 'stratome-phantom/2';

/** A dataset of tiles as a user may bring it. Positions and shapes are y, x in pixels. */
export interface TileManifest {
  format: 'stratome-tiles/1';
  name: string;
  voxelNm: readonly number[];
  sections: { section: number; tiles: ManifestTile[] }[];
}

export interface ManifestTile {
  file: string;
  row: number;
  col: number;
  stagePx: readonly number[];
  shape: readonly number[];
  sha256: string;
}

export interface PhantomSummary {
  directory: string;
  /** False when the directory already held this phantom. */
  written: boolean;
  bodies: number;
  neurons: number;
  synapses: number;
  tiles: number;
}

export type PhantomProgress = (step: 'tissue' | 'truth' | 'tiles', done: number, total: number) => void;

const markerName = 'phantom.json';

/**
 * Makes the phantom of the parameters and writes it below `directory`: `manifest.json` and `tiles/` as a user's
 * own data would be, the truth in `truth/`, and `phantom.json`, which says at the end that it is complete. A
 * directory that holds this very phantom is left as it is; another or unfinished phantom in it is replaced. See docs/phantom.md for the files.
 *
 * @throws badInput for parameters out of range; conflict when the directory holds tiles or truth of others; StratomeError unavailable when the disk refuses
 */
export async function writePhantom(
  directory: string,
  input: PhantomParametersInput = {},
  onProgress: PhantomProgress = () => {},
): Promise<PhantomSummary> {
  const parameters = resolvePhantomParameters(input);
  const hash = hashJson({ format: phantomFormat, parameters });
  const present = await readMarker(directory);
  if (present?.summary && present.hash === hash) return { ...present.summary, directory, written: false };
  await clearPhantom(directory, present !== undefined);
  // Without a summary the marker says: a phantom, unfinished.
  await writeJson(join(directory, markerName), { format: phantomFormat, hash });
  onProgress('tissue', 0, 1);
  const phantom = makePhantom(parameters);
  onProgress('tissue', 1, 1);
  const tiles = parameters.tiles ? cutSections(parameters) : [];
  await writeTruth(join(directory, 'truth'), phantom, tiles, onProgress);
  if (parameters.tiles) {
    const manifest = await writeTiles(directory, phantom, tiles, onProgress);
    await writeJson(join(directory, 'manifest.json'), manifest);
  }
  const summary = {
    bodies: phantom.tissue.bodyTable.length,
    neurons: phantom.tissue.bodyTable.filter((b) => b.class === 'neuron').length,
    synapses: phantom.synapses.length,
    tiles: tiles.length,
  };
  await writeJson(join(directory, markerName), { format: phantomFormat, hash, parameters, summary });
  return { ...summary, directory, written: true };
}

interface Marker {
  hash: string;
  /** Only when the phantom is complete. */
  summary?: Omit<PhantomSummary, 'directory' | 'written'>;
}

/** What a phantom is made of, besides its marker. */
const contents = ['manifest.json', 'tiles', 'truth'];

/**
 * Takes away what an earlier or unfinished phantom left, so that nothing of it is read as part of the next.
 * @throws conflict when such files are there but no phantom's marker: they are somebody's own data
 */
async function clearPhantom(directory: string, isPhantom: boolean): Promise<void> {
  for (const name of contents) {
    const path = join(directory, name);
    if (isPhantom) await rm(path, { recursive: true, force: true });
    else if (existsSync(path)) {
      throw conflict(
        `${directory} holds ${name}, which is not a phantom's.`,
        'Choose an empty directory for the phantom.',
      );
    }
  }
}

async function readMarker(directory: string): Promise<Marker | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, markerName), 'utf8')) as Marker;
  } catch {
    return undefined;
  }
}

/** Truth of a synapse with points in voxels and nm (z, y, x). */
function describeSynapse(synapse: Synapse, voxelNm: PhantomParameters['voxelNm']) {
  const point = (voxel: readonly number[]) => ({ voxel, nm: voxel.map((v, k) => (v + 0.5) * voxelNm[k]) });
  return {
    id: synapse.id,
    type: synapse.type,
    pre: { body: synapse.preBody, ...point(synapse.preVoxel) },
    post: { body: synapse.postBody, ...point(synapse.postVoxel) },
    centreNm: synapse.centreNm.map((v) => Math.round(v * 10) / 10),
    psdAreaNm2: Math.round(synapse.areaNm2),
  };
}

async function writeTruth(
  directory: string,
  phantom: Phantom,
  tiles: TileTransform[],
  onProgress: PhantomProgress,
): Promise<void> {
  const { parameters, tissue, synapses } = phantom;
  const { voxelNm, shape } = parameters;
  const volumes = {
    em: phantom.em.data,
    bodies: tissue.bodies,
    classes: phantom.classes.data,
    synapse_voxels: phantom.synapseVoxels.data,
  };
  const total = Object.keys(volumes).length + 1;
  let done = 0;
  await settleAll(
    Object.entries(volumes).map(async ([name, data]) => {
      await writeVolume(directory, name, data, shape, voxelNm);
      onProgress('truth', ++done, total);
    }),
  );
  await writeJson(join(directory, 'synapses.json'), {
    synapses: synapses.map((s) => describeSynapse(s, voxelNm)),
  });
  for (const [id, swc] of skeletonsToSwc(tissue))
    await writeAtomic(join(directory, 'skeletons', `${id}.swc`), swc);
  await writeJson(join(directory, 'truth.json'), {
    format: phantomFormat,
    parameters,
    voxelNm,
    shape,
    /** Where stage position 0, 0 is meant to lie on the tissue (y, x), pixels. */
    stageOriginPx: [parameters.marginPx, parameters.marginPx],
    bodies: tissue.bodyTable.map(({ cell: _cell, ...body }) => body),
    sections: [...new Map(tiles.map((t) => [t.section, t.transform])).values()],
    tiles: tiles.map(({ transform: _transform, ...tile }) => ({ ...tile, file: tileFile(tile) })),
  });
  onProgress('truth', total, total);
}

const tileFile = ({ section, row, column }: Pick<TileTransform, 'section' | 'row' | 'column'>) =>
  `tiles/s${String(section).padStart(4, '0')}_r${row}c${column}.png`;

async function writeTiles(
  directory: string,
  phantom: Phantom,
  tiles: TileTransform[],
  onProgress: PhantomProgress,
): Promise<TileManifest> {
  const { parameters } = phantom;
  const entries: ManifestTile[] = [];
  let next = 0;
  let done = 0;
  // A few at a time: PNG encoding runs in sharp's threads while the next tile is rendered here.
  const lane = async () => {
    while (next < tiles.length) {
      const index = next++;
      const tile = tiles[index];
      const [height, width] = tile.shape;
      const { data, shape } = phantom.clean;
      const pixels = renderTile(data, shape, tile, parameters.noiseSd, parameters.seed);
      const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
        .toColourspace('b-w')
        .png({ compressionLevel: 6, adaptiveFiltering: false })
        .toBuffer();
      const file = tileFile(tile);
      await writeAtomic(join(directory, file), png);
      entries[index] = {
        file,
        row: tile.row,
        col: tile.column,
        stagePx: tile.stagePx,
        shape: tile.shape,
        sha256: hashBytes(png),
      };
      onProgress('tiles', ++done, tiles.length);
    }
  };
  await settleAll([lane(), lane(), lane(), lane()]);
  const sections = new Map<number, ManifestTile[]>();
  tiles.forEach((tile, i) => sections.set(tile.section, [...(sections.get(tile.section) ?? []), entries[i]]));
  return {
    format: 'stratome-tiles/1',
    name: `phantom-${parameters.variant}-${parameters.seed}`,
    voxelNm: parameters.voxelNm,
    sections: [...sections].map(([section, own]) => ({ section, tiles: own })),
  };
}
