import sharp from 'sharp';
import type { TileImage } from './decode.js';

/**
 * Writes grey pixels as an image that `decodeTile` reads back exactly.
 *
 * @param image uint8, C order
 * @param format `tiff` or `png`, both lossless
 * @returns the file's bytes
 */
export async function encodeTile({ data, shape }: TileImage, format: 'png' | 'tiff'): Promise<Uint8Array> {
  const [height, width] = shape;
  const image = sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
  const encoded =
    format === 'tiff'
      ? image.tiff({ compression: 'lzw', predictor: 'none' })
      : image.png({ compressionLevel: 6, adaptiveFiltering: false });
  return encoded.toBuffer();
}
