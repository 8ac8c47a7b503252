import { readFile } from 'node:fs/promises';
import { badInput, type ArrayOf, type Vec3, type Volume } from '@stratome/core';
import { decodeTile, normaliseSection, type IngestParameters, type TileManifest } from '@stratome/ingest';

/** @throws badInput unless every section is one image, and all lie at the same place */
export function requireAlignedSections({ name, sections }: TileManifest): void {
  const cut = sections.find(({ tiles }) => tiles.length > 1);
  const remedy = 'npm start -- --input stitches and aligns tiles; segment takes aligned sections.';
  if (cut) throw badInput(`Section ${cut.section} of ${name} has ${cut.tiles.length} tiles.`, remedy);
  const [y, x] = sections[0].tiles[0].stagePx;
  const moved = sections.find(({ tiles: [tile] }) => tile.stagePx[0] !== y || tile.stagePx[1] !== x);
  if (moved) {
    throw badInput(
      `Section ${moved.section} of ${name} lies at another stage position than section ${sections[0].section}.`,
      remedy,
    );
  }
}

/** Size of the volume that the sections make, missing ones included; z, y, x, voxels. */
export function sectionsShape({ sectionCount, sections }: TileManifest): Vec3 {
  const [height, width] = sections[0].tiles[0].shape;
  return [sectionCount, height, width];
}

/**
 * Reads sections that `requireAlignedSections` accepts, each brought to the grey convention on its own.
 *
 * @param onSection called after each section with its voxels
 * @returns uint8, C order z, y, x; 0 where there is no data and in missing sections
 * @throws corrupt for an image that cannot be decoded, badInput for one that is not grey
 */
export async function readAlignedSections(
  manifest: TileManifest,
  parameters: IngestParameters,
  onSection: (voxels: number) => void,
): Promise<Volume<ArrayOf<'uint8'>>> {
  const shape = sectionsShape(manifest);
  const voxelsASection = shape[1] * shape[2];
  const data = new Uint8Array(shape[0] * voxelsASection);
  for (const { section, tiles } of manifest.sections) {
    const { file } = tiles[0];
    const image = await decodeTile(await readFile(file), file);
    // No illumination field: a cut-out's own tissue lasts from section to section as a field would.
    const normalised = normaliseSection([image], [undefined], parameters).tiles[0].data;
    data.set(normalised, (section - manifest.firstSection) * voxelsASection);
    onSection(voxelsASection);
  }
  return { data, shape };
}
