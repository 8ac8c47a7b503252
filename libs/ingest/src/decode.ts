import { badInput, StratomeError } from '@stratome/core';
import sharp from 'sharp';
import { ImageFault, readHeader } from './image-header.js';

/** A tile's raw pixels, C order. */
export interface TileImage {
  readonly data: Uint8Array | Uint16Array;
  /** [height, width], px. */
  readonly shape: readonly [number, number];
}

/**
 * Decodes one PNG, TIFF or JPEG image to grey pixels, exactly: 8 and 16 bit keep their values, 1 bit becomes
 * 0 and 255. Colour is accepted where all channels are equal; an alpha channel must be opaque.
 *
 * @param bytes the file's bytes; not mutated
 * @param name how to name the file in errors
 * @throws corrupt for an unreadable or truncated image, badInput for one that is not grey
 */
export async function decodeTile(bytes: Uint8Array, name: string): Promise<TileImage> {
  try {
    const { shape, dtype, channels } = await readHeader(bytes);
    const wide = dtype === 'uint16';
    const grey = channels === 1;
    const image = sharp(bytes, { failOn: 'error' });
    const pipeline = grey
      ? image.toColourspace(wide ? 'grey16' : 'b-w')
      : image.toColourspace(wide ? 'rgb16' : 'srgb');
    const { data, info } = await pipeline
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const pixels = wide
      ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer)
      : new Uint8Array(data);
    return { data: info.channels === 1 ? pixels : oneChannel(pixels, info.channels, name), shape };
  } catch (error) {
    if (error instanceof StratomeError) throw error;
    const why =
      error instanceof ImageFault ? error.message : `cannot be decoded (${(error as Error).message.trim()})`;
    throw new StratomeError(
      'corrupt',
      `The image ${name} ${why}.`,
      'Replace the file or leave its section out.',
    );
  }
}

/** The common value of all colour channels. @throws badInput where they differ or a pixel is transparent */
function oneChannel<A extends Uint8Array | Uint16Array>(pixels: A, channels: number, name: string): A {
  const n = pixels.length / channels;
  const colours = channels === 2 || channels === 4 ? channels - 1 : channels;
  const opaque = pixels instanceof Uint16Array ? 65535 : 255;
  const grey = new (pixels.constructor as new (n: number) => A)(n);
  for (let i = 0, p = 0; i < n; i++, p += channels) {
    grey[i] = pixels[p];
    for (let c = 1; c < colours; c++)
      if (pixels[p + c] !== pixels[p])
        throw badInput(`The image ${name} is in colour.`, 'Give grey EM images.');
    if (colours < channels && pixels[p + colours] !== opaque)
      throw badInput(
        `The image ${name} has transparent pixels.`,
        'Remove the alpha channel; use value 0 for no data.',
      );
  }
  return grey;
}
