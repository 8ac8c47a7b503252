import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allocate,
  bytesOf,
  copyOverlap,
  hashBytes,
  seededRandom,
  voxelsIn,
  type Box,
  type Vec3,
  type VoxelArray,
} from '@stratome/core';
import {
  createZarrWriter,
  encodeMesh,
  encodeSkeleton,
  exportVolume,
  FileObjectStore,
  openVolume,
  pyramidMips,
  serveVolume,
  volumeMeta,
  writeBlock,
  type ChunkWrite,
  type VolumeMeta,
  type VolumeSource,
} from '@stratome/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientPython, runPython } from './clients/python.js';

const shape: Vec3 = [21, 50, 70];
const chunk: Vec3 = [8, 16, 32];
const voxelNm: Vec3 = [40, 8, 8];
const whole: Box = { begin: [0, 0, 0], end: shape };
const neuron = 2n ** 62n + 12345n;

const base = { dataset: 'd', voxelNm, chunk, mips: pyramidMips(shape, voxelNm, chunk) };
const metas: Record<string, VolumeMeta> = {
  em: volumeMeta({ ...base, name: 'em', content: 'image', dtype: 'uint8' }),
  em16: volumeMeta({ ...base, name: 'em16', content: 'image', dtype: 'uint16', voxelNm: [45, 4.6, 4.6] }),
  affinities: volumeMeta({ ...base, name: 'affinities', content: 'image', dtype: 'float32', channels: 3 }),
  segments: volumeMeta({ ...base, name: 'segments', content: 'segmentation', dtype: 'uint64' }),
};

/** Voxels over the dtype's whole range, with one chunk of zeros in the middle. */
function voxelsOf(meta: VolumeMeta, mip: number): VoxelArray {
  const random = seededRandom(`${meta.name}/${mip}`);
  const box: Box = { begin: [0, 0, 0], end: meta.mips[mip].shape };
  const array = allocate(meta.dtype, voxelsIn(box) * meta.channels);
  for (let i = 0; i < array.length; i++) {
    if (array instanceof BigUint64Array) array[i] = 2n ** 62n + BigInt(random.below(1 << 20));
    else array[i] = array instanceof Float32Array ? random.normal() : random.below(2 ** 16);
  }
  const hole: Box = { begin: [8, 16, 32], end: [16, 32, 64] };
  copyOverlap(allocate(meta.dtype, 8 * 16 * 32 * meta.channels), hole, array, box, meta.channels);
  return array;
}

const skeleton = {
  verticesNm: Float32Array.of(100, 200, 300, 140, 208, 308, 180, 216, 316),
  edges: Uint32Array.of(0, 1, 1, 2),
  radiiNm: Float32Array.of(50, 40, 30),
};
const meshes = [
  { verticesNm: Float32Array.of(0, 0, 0, 0, 0, 8, 0, 8, 0), triangles: Uint32Array.of(0, 1, 2) },
  { verticesNm: Float32Array.of(40, 0, 0, 40, 0, 8, 40, 8, 0), triangles: Uint32Array.of(0, 1, 2) },
];

let root: string;
let server: Server;
let address: string;
const sources: Record<string, VolumeSource> = {};
const voxels: Record<string, VoxelArray[]> = {};

async function makeSource(store: FileObjectStore, meta: VolumeMeta): Promise<VolumeSource> {
  const writes: ChunkWrite[] = [];
  voxels[meta.name] = meta.mips.map((_, mip) => voxelsOf(meta, mip));
  for (const [mip, array] of voxels[meta.name].entries()) {
    const box: Box = { begin: [0, 0, 0], end: meta.mips[mip].shape };
    writes.push(...(await writeBlock(store, meta, mip, box, array)));
  }
  const rows = new Map(writes.map(({ kind, key, hash }) => [`${kind}:${key}`, hash]));
  return { meta, store, resolve: (kind, key) => rows.get(`${kind}:${key}`), immutable: true };
}

// The first use of the clients downloads them.
beforeAll(() => clientPython(), 900_000);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-clients-'));
  const store = new FileObjectStore(join(root, 'store'), { durable: false });
  for (const meta of Object.values(metas)) sources[meta.name] = await makeSource(store, meta);
  const fragments = await Promise.all(meshes.map(async (mesh) => (await store.put(encodeMesh(mesh))).hash));
  const { hash } = await store.put(encodeSkeleton(skeleton));
  sources.segments = {
    ...sources.segments,
    meshes: { fragments: (id) => (id === neuron ? fragments : undefined) },
    skeletons: { resolve: (id) => (id === neuron ? hash : undefined) },
    segmentProperties: () => ({ ids: [neuron], label: ['a neuron'] }),
  };
  server = createServer(async (request, response) => {
    const [, name, path] = /^\/([^/]+)(\/.*)$/.exec(decodeURIComponent(request.url!.split('?')[0]))!;
    const { status, headers, body } = await serveVolume(
      { method: request.method!, path, headers: request.headers },
      sources[name],
    );
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(root, { recursive: true, force: true });
});

function expected(name: string, mip: number) {
  const { channels, dtype, mips } = metas[name];
  const space = mips[mip].shape;
  return {
    shape: channels > 1 ? [channels, ...space] : [...space],
    dtype,
    sha256: hashBytes(bytesOf(voxels[name][mip])),
  };
}

/** Every mip of every volume, as one reader sees it. */
async function readAll(reader: string, url: (name: string) => string) {
  const jobs = Object.values(metas).flatMap(({ name, mips }) => mips.map((_, mip) => ({ name, mip })));
  const requests = jobs.map(({ name, mip }) => ({ reader, url: url(name), mip }));
  const results: Record<string, unknown>[] = await runPython('read_volumes.py', requests);
  return jobs.map(({ name, mip }, index) => ({ name, mip, seen: results[index] }));
}

describe('volumes over HTTP', () => {
  it('are read exactly by tensorstore as precomputed', async () => {
    for (const { name, mip, seen } of await readAll(
      'tensorstore_precomputed',
      (n) => `${address}/${n}/precomputed/`,
    )) {
      expect(seen).toMatchObject(expected(name, mip));
    }
  });

  it('are read exactly by tensorstore as zarr', async () => {
    for (const { name, mip, seen } of await readAll('tensorstore_zarr', (n) => `${address}/${n}/zarr`)) {
      expect(seen).toMatchObject(expected(name, mip));
    }
  });

  it('are read exactly by zarr-python, with their scale', async () => {
    for (const { name, mip, seen } of await readAll('zarr_python', (n) => `${address}/${n}/zarr`)) {
      expect(seen).toMatchObject(expected(name, mip));
      const {
        voxelNm: [z, y, x],
        mips,
      } = metas[name];
      const [fz, fy, fx] = mips[mip].factor;
      const scale = [z * fz, y * fy, x * fx].map((nm) => Number(nm.toPrecision(12)));
      expect((seen.scale as number[]).slice(-3)).toEqual(scale);
    }
  });

  it('are read exactly by cloud-volume without filling in missing chunks', async () => {
    for (const { name, mip, seen } of await readAll(
      'cloud_volume',
      (n) => `precomputed://${address}/${n}/precomputed`,
    )) {
      expect(seen).toMatchObject(expected(name, mip));
    }
  });

  it('give cloud-volume boxes, skeletons and meshes of 64-bit ids', async () => {
    const url = `precomputed://${address}/segments/precomputed`;
    const box: Box = { begin: [7, 15, 31], end: [17, 40, 69] };
    const [cut, traced, surface] = await runPython('read_volumes.py', [
      { reader: 'cloud_volume_box', url, box: [31, 15, 7, 69, 40, 17] },
      { reader: 'cloud_volume_skeleton', url, segment: String(neuron) },
      { reader: 'cloud_volume_mesh', url, segment: String(neuron) },
    ]);
    const inside = allocate('uint64', voxelsIn(box));
    copyOverlap(voxels.segments[0], whole, inside, box);
    expect(cut).toEqual({ shape: [10, 25, 38], dtype: 'uint64', sha256: hashBytes(bytesOf(inside)) });
    expect(traced).toEqual({
      verticesXyz: [
        [300, 200, 100],
        [308, 208, 140],
        [316, 216, 180],
      ],
      edges: [
        [0, 1],
        [1, 2],
      ],
      radius: [50, 40, 30],
      id: String(neuron),
    });
    expect(surface.faces).toHaveLength(2);
    expect(surface.verticesXyz).toEqual(
      expect.arrayContaining([
        [8, 0, 0],
        [0, 8, 0],
        [8, 0, 40],
      ]),
    );
  });
});

describe('volumes on disk', () => {
  it('are read exactly by zarr-python, tensorstore and cloud-volume after an export', async () => {
    for (const source of Object.values(sources)) {
      await exportVolume(source, join(root, `${source.meta.name}.zarr`));
      await exportVolume(source, join(root, `${source.meta.name}.precomputed`), { format: 'precomputed' });
    }
    const readers: [string, (name: string) => string][] = [
      ['zarr_python', (name) => join(root, `${name}.zarr`)],
      ['tensorstore_zarr', (name) => `file://${join(root, `${name}.zarr`)}`],
      ['tensorstore_precomputed', (name) => `file://${join(root, `${name}.precomputed`)}/`],
      ['cloud_volume', (name) => `precomputed://file://${join(root, `${name}.precomputed`)}`],
    ];
    for (const [reader, url] of readers) {
      for (const { name, mip, seen } of await readAll(reader, url)) {
        expect({ reader, name, mip, ...seen }).toMatchObject(expected(name, mip));
      }
    }
  });

  it('are read exactly by zarr-python when written by createZarrWriter', async () => {
    const path = join(root, 'written.zarr');
    const writer = await createZarrWriter(path, metas.segments);
    for (const [mip, array] of voxels.segments.entries()) {
      await writer.write(mip, { begin: [0, 0, 0], end: metas.segments.mips[mip].shape }, array);
    }
    await writer.close();
    const [seen] = await runPython('read_volumes.py', [{ reader: 'zarr_python', url: path, mip: 0 }]);
    expect(seen).toMatchObject({ ...expected('segments', 0), scale: [40, 8, 8] });
    expect(seen.members).toEqual(metas.segments.mips.map((_, mip) => String(mip)));
  });

  it('of zarr-python and tensorstore are read exactly by openVolume', async () => {
    const folder = join(root, 'foreign');
    await writeFile(join(root, 'raw'), bytesOf(voxels.segments[0]));
    const names: string[] = await runPython('write_volumes.py', { folder, raw: join(root, 'raw'), shape });
    expect(names.length).toBeGreaterThanOrEqual(15);
    for (const name of names) {
      const volume = await openVolume(join(folder, name));
      expect({ name, dtype: volume.dtype, shape: volume.mips[0].shape }).toEqual({
        name,
        dtype: 'uint64',
        shape,
      });
      const read = await volume.readBox(0, whole);
      expect({ name, sha256: hashBytes(bytesOf(read)) }).toEqual({
        name,
        sha256: expected('segments', 0).sha256,
      });
    }
  });
});
