import sharp from 'sharp';

/** What an image file says of itself, without decoding its pixels. */
export interface ImageHeader {
  /** [height, width], px. */
  readonly shape: readonly [number, number];
  readonly dtype: 'uint8' | 'uint16';
  readonly channels: number;
}

/** A fault of one file, as a clause that follows the file's name. */
export class ImageFault extends Error {}

/**
 * Reads an image's header and makes sure that the file is whole, as far as the container tells.
 * @throws ImageFault for a file that is no image, is truncated, has several pages or another pixel type than
 *   8- or 16-bit unsigned
 */
export async function readHeader(bytes: Uint8Array): Promise<ImageHeader> {
  const metadata = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  if (!metadata?.width || !metadata.height) throw new ImageFault('is not a readable PNG, TIFF or JPEG image');
  if (isTruncated(bytes, metadata.format)) throw new ImageFault('is truncated');
  if ((metadata.pages ?? 1) > 1) throw new ImageFault(`holds ${metadata.pages} pages instead of one image`);
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort')
    throw new ImageFault(`has pixels of type ${metadata.depth}, neither 8 nor 16 bit unsigned`);
  return {
    shape: [metadata.height, metadata.width],
    dtype: metadata.depth === 'ushort' ? 'uint16' : 'uint8',
    channels: metadata.channels ?? 1,
  };
}

function isTruncated(bytes: Uint8Array, format: string | undefined): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Readers accept bytes after the end mark, so it is looked for anywhere near the end.
  const tail = buffer.subarray(-65_536);
  if (format === 'png') return tail.lastIndexOf('IEND', undefined, 'latin1') < 0;
  if (format === 'jpeg') return tail.lastIndexOf(Buffer.of(0xff, 0xd9)) < 0;
  if (format === 'tiff') return lastTiffByte(buffer) > buffer.length;
  return false;
}

/** TIFF tags: offsets and byte counts of strips or tiles. */
const dataTags: readonly (readonly [number, number])[] = [
  [273, 279],
  [324, 325],
];

/** Where the pixel data of a classic TIFF's first image ends; 0 for BigTIFF, which is left to the decoder. */
function lastTiffByte(file: Buffer): number {
  const little = file.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const u32 = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  if (u16(2) !== 42) return 0;
  const directory = u32(4);
  if (directory + 2 > file.length) return Infinity;
  const values = new Map<number, number[]>();
  for (let k = 0, entry = directory + 2; k < u16(directory); k++, entry += 12) {
    if (entry + 12 > file.length) return Infinity;
    const size = u16(entry + 2) === 3 ? 2 : 4;
    const count = u32(entry + 4);
    const at = count * size <= 4 ? entry + 8 : u32(entry + 8);
    if (!dataTags.flat().includes(u16(entry))) continue;
    if (at + count * size > file.length) return Infinity;
    values.set(
      u16(entry),
      Array.from({ length: count }, (_, i) => (size === 2 ? u16(at + 2 * i) : u32(at + 4 * i))),
    );
  }
  let end = 0;
  for (const [offsetTag, countTag] of dataTags) {
    const counts = values.get(countTag);
    values.get(offsetTag)?.forEach((offset, i) => (end = Math.max(end, offset + (counts?.[i] ?? 0))));
  }
  return end;
}
