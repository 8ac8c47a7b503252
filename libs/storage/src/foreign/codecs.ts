import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { registry } from 'zarrita';
import { crc32c } from './crc32c.js';

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

/** zarrita strips the checksum without looking at it. */
class VerifyingCrc32c {
  readonly kind = 'bytes_to_bytes' as const;
  static fromConfig = () => new VerifyingCrc32c();
  encode(): never {
    throw new Error('chunks of others are only read');
  }
  decode(bytes: Uint8Array): Uint8Array {
    const content = bytes.subarray(0, bytes.byteLength - 4);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + content.byteLength, 4).getUint32(0, true);
    if (crc32c(content) !== stored) throw new Error('its CRC-32C does not match');
    return content;
  }
  computeEncodedSize = (decodedSize: number) => decodedSize + 4;
}

/** node:zlib on the thread pool, several times as fast as the web streams that zarrita uses. */
const zlibCodec = (decompress: (bytes: Uint8Array) => Promise<Uint8Array>) => {
  class ZlibCodec {
    readonly kind = 'bytes_to_bytes' as const;
    static fromConfig = () => new ZlibCodec();
    encode(): never {
      throw new Error('chunks of others are only read');
    }
    decode = decompress;
  }
  return ZlibCodec;
};

const gzipCodec = zlibCodec((bytes) => gunzipAsync(bytes));
const inflateCodec = zlibCodec((bytes) => inflateAsync(bytes));
type Loader = Parameters<typeof registry.set>[1];

for (const prefix of ['', 'numcodecs.']) {
  registry.set(`${prefix}gzip`, (() => gzipCodec) as unknown as Loader);
  registry.set(`${prefix}zlib`, (() => inflateCodec) as unknown as Loader);
}

registry.set('crc32c', (() => VerifyingCrc32c) as unknown as Loader);

interface BytesCodec {
  decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
interface BytesCodecClass {
  fromConfig(configuration: unknown, meta: unknown): BytesCodec;
}

/** A decoder of numcodecs' formats by name, e.g. `blosc`; undefined for an unknown one. */
export async function bytesDecoder(
  name: string,
): Promise<((bytes: Uint8Array) => Promise<Uint8Array>) | undefined> {
  const Codec = (await registry.get(name)?.()) as unknown as BytesCodecClass | undefined;
  const codec = Codec?.fromConfig({}, {});
  return codec ? async (bytes) => codec.decode(bytes) : undefined;
}
