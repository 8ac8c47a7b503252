/** A place or a size along the three axes. */
export interface Axes {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A half-open box of voxels. */
export interface VoxelRange {
  readonly begin: Axes;
  readonly end: Axes;
}

/** One scale of a precomputed volume, as its `info` has it; triples are x, y, z. */
interface Scale {
  readonly key: string;
  readonly size: readonly [number, number, number];
  readonly resolution: readonly [number, number, number];
  readonly chunk_sizes: readonly (readonly [number, number, number])[];
  readonly encoding: string;
}

interface Info {
  readonly data_type: string;
  readonly num_channels: number;
  readonly scales: readonly Scale[];
}

export interface PrecomputedVolume {
  /** Where it is served, with `/precomputed` at the end. */
  readonly address: string;
  readonly dtype: 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'float32';
  readonly size: Axes;
  readonly chunk: Axes;
  readonly voxelNm: Axes;
  readonly key: string;
}

export type Voxels = Uint8Array | Uint16Array | Uint32Array | BigUint64Array | Float32Array;

const arrays = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
} as const;

const named = ([x, y, z]: readonly [number, number, number]): Axes => ({ x, y, z });

async function fetched(address: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(address, signal ? { signal } : {});
  if (response.ok || response.status === 404) return response;
  throw new Error(`${address} answered ${response.status}.`);
}

/**
 * Opens the finest scale of a precomputed volume of one channel in raw encoding, as the API serves them.
 *
 * @param path of the volume, `/volumes/…`
 */
export async function openVolume(path: string, signal?: AbortSignal): Promise<PrecomputedVolume> {
  const address = `${path}/precomputed`;
  const info = (await (await fetched(`${address}/info`, signal)).json()) as Info;
  const [scale] = info.scales;
  if (info.num_channels !== 1 || scale.encoding !== 'raw' || !Object.hasOwn(arrays, info.data_type))
    throw new Error(`${address} is no volume of one channel in raw encoding.`);
  return {
    address,
    dtype: info.data_type as PrecomputedVolume['dtype'],
    size: named(scale.size),
    chunk: named(scale.chunk_sizes[0]),
    voxelNm: named(scale.resolution),
    key: scale.key,
  };
}

/** Cuts a range to what the volume has. */
export const within = ({ begin, end }: VoxelRange, size: Axes): VoxelRange => ({
  begin: { x: Math.max(0, begin.x), y: Math.max(0, begin.y), z: Math.max(0, begin.z) },
  end: { x: Math.min(size.x, end.x), y: Math.min(size.y, end.y), z: Math.min(size.z, end.z) },
});

const extent = ({ begin, end }: VoxelRange): Axes => ({
  x: end.x - begin.x,
  y: end.y - begin.y,
  z: end.z - begin.z,
});

/** The chunks that a range touches, each cut at the volume's end as its name is. */
export function chunksOf({ size, chunk }: Pick<PrecomputedVolume, 'size' | 'chunk'>, range: VoxelRange) {
  const chunks: VoxelRange[] = [];
  const first = (axis: keyof Axes) => Math.floor(range.begin[axis] / chunk[axis]) * chunk[axis];
  for (let z = first('z'); z < range.end.z; z += chunk.z)
    for (let y = first('y'); y < range.end.y; y += chunk.y)
      for (let x = first('x'); x < range.end.x; x += chunk.x)
        chunks.push(
          within({ begin: { x, y, z }, end: { x: x + chunk.x, y: y + chunk.y, z: z + chunk.z } }, size),
        );
  return chunks;
}

/** Copies what a chunk and a range have in common; both arrays run x fastest, then y, then z. */
export function copyCommon(chunk: VoxelRange, from: Voxels, range: VoxelRange, to: Voxels): void {
  const [chunkSize, rangeSize] = [extent(chunk), extent(range)];
  const low = (axis: keyof Axes) => Math.max(chunk.begin[axis], range.begin[axis]);
  const high = (axis: keyof Axes) => Math.min(chunk.end[axis], range.end[axis]);
  const at = (place: Axes, box: VoxelRange, size: Axes) =>
    ((place.z - box.begin.z) * size.y + place.y - box.begin.y) * size.x + place.x - box.begin.x;
  const width = high('x') - low('x');
  for (let z = low('z'); z < high('z'); z++)
    for (let y = low('y'); y < high('y'); y++) {
      const place = { x: low('x'), y, z };
      const source = at(place, chunk, chunkSize);
      to.set(from.subarray(source, source + width) as never, at(place, range, rangeSize));
    }
}

/** Chunks of this page's volumes, so that patches beside each other share them; the browser keeps them too. */
const kept = new Map<string, Promise<ArrayBuffer | undefined>>();
const mostKept = 64;

function chunkBytes({ address, key }: PrecomputedVolume, { begin, end }: VoxelRange) {
  const name = `${begin.x}-${end.x}_${begin.y}-${end.y}_${begin.z}-${end.z}`;
  const url = `${address}/${key}/${name}`;
  let bytes = kept.get(url);
  if (!bytes) {
    bytes = fetched(url).then((response) => (response.ok ? response.arrayBuffer() : undefined));
    bytes.catch(() => kept.delete(url));
    kept.set(url, bytes);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  }
  return bytes;
}

/**
 * Reads a box of voxels; what lies outside the volume is left out of it.
 *
 * @returns the box that was read and its voxels, x fastest, then y, then z; zeros where nothing was written
 */
export async function readRange(
  volume: PrecomputedVolume,
  asked: VoxelRange,
): Promise<{ readonly range: VoxelRange; readonly voxels: Voxels }> {
  const range = within(asked, volume.size);
  const { x, y, z } = extent(range);
  const Voxel = arrays[volume.dtype];
  const voxels = new Voxel(Math.max(0, x * y * z));
  await Promise.all(
    chunksOf(volume, range).map(async (chunk) => {
      const bytes = await chunkBytes(volume, chunk);
      if (bytes) copyCommon(chunk, new Voxel(bytes), range, voxels);
    }),
  );
  return { range, voxels };
}
