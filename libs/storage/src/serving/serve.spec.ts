import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Vec3 } from '@stratome/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileObjectStore } from '../objects/file-store.js';
import { encodeMesh } from '../precomputed/mesh.js';
import { encodeSkeleton } from '../precomputed/skeleton.js';
import { writeBlock, type ChunkWrite } from '../volumes/block.js';
import { volumeMeta } from '../volumes/meta.js';
import { acceptsGzip, parseRange } from './response.js';
import { serveVolume } from './serve.js';
import type { VolumeSource } from './source.js';

const shape: Vec3 = [6, 8, 10];
const meta = volumeMeta({
  dataset: 'd',
  name: 'segments',
  content: 'segmentation',
  dtype: 'uint64',
  voxelNm: [40, 8, 8],
  chunk: [4, 4, 8],
  mips: [
    { shape, factor: [1, 1, 1] },
    { shape: [6, 4, 5], factor: [1, 2, 2] },
  ],
});
const huge = 2n ** 62n + 1n;

let root: string;
let store: FileObjectStore;
let source: VolumeSource;
let writes: ChunkWrite[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-serve-'));
  store = new FileObjectStore(root, { durable: false });
  const data = BigUint64Array.from({ length: 480 }, (_, i) => BigInt(i) * 3n + 2n ** 60n);
  // The chunk 0/1/0 (z 0-4, y 4-8, x 0-8) is empty.
  for (let z = 0; z < 4; z++)
    for (let y = 4; y < 8; y++) for (let x = 0; x < 8; x++) data[(z * 8 + y) * 10 + x] = 0n;
  writes = await writeBlock(store, meta, 0, { begin: [0, 0, 0], end: shape }, data);
  const rows = new Map(writes.map(({ kind, key, hash }) => [`${kind}:${key}`, hash]));
  const mesh = await store.put(
    encodeMesh({ verticesNm: new Float32Array(9), triangles: Uint32Array.of(0, 1, 2) }),
  );
  const skeleton = await store.put(
    encodeSkeleton({
      verticesNm: Float32Array.of(1, 2, 3),
      edges: new Uint32Array(),
      radiiNm: Float32Array.of(4),
    }),
  );
  source = {
    meta,
    store,
    resolve: (kind, key) => rows.get(`${kind}:${key}`),
    immutable: true,
    meshes: { fragments: (id) => (id === huge ? [mesh.hash, mesh.hash] : undefined) },
    skeletons: { resolve: (id) => (id === huge ? skeleton.hash : undefined) },
    segmentProperties: () => ({ ids: [huge], label: ['one'] }),
  };
});
afterAll(() => rm(root, { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  serveVolume({ method, path, headers }, source);
const json = async (path: string) => JSON.parse(Buffer.from((await get(path)).body!).toString());

describe('the OME-Zarr view', () => {
  it('describes the volume', async () => {
    expect(await json('/zarr/.zgroup')).toEqual({ zarr_format: 2 });
    expect(await json('zarr/0/.zarray')).toMatchObject({
      shape: [6, 8, 10],
      chunks: [4, 4, 8],
      dtype: '<u8',
      compressor: { id: 'gzip', level: 1 },
      dimension_separator: '/',
    });
    const attributes = await json('/zarr/.zattrs');
    expect(attributes.multiscales[0].datasets[1].coordinateTransformations).toEqual([
      { type: 'scale', scale: [40, 16, 16] },
      { type: 'translation', translation: [0, 4, 4] },
    ]);
  });

  it('sends stored chunks as they lie on disk, without Content-Encoding', async () => {
    const answer = await get('/zarr/0/0/0/0', { 'accept-encoding': 'gzip' });
    const { bytes } = await store.getStored(writes[0].hash);
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('Content-Encoding');
    expect(answer.headers.ETag).toBe(`"${writes[0].hash}"`);
    expect(answer.headers['Cache-Control']).toContain('immutable');
    expect(Buffer.from(answer.body!).equals(bytes)).toBe(true);
  });

  it.each([
    '/zarr/0/0/1/0',
    '/zarr/1/0/0/0',
    '/zarr/0/9/0/0',
    '/zarr/5/0/0/0',
    '/zarr/0/00/0/0',
    '/zarr/zarr.json',
    '/zarr/../x',
    '/',
  ])('has no %s', async (path) => expect((await get(path)).status).toBe(404));
});

describe('the precomputed view', () => {
  it('describes the volume', async () => {
    expect(await json('/precomputed/info')).toMatchObject({
      '@type': 'neuroglancer_multiscale_volume',
      type: 'segmentation',
      data_type: 'uint64',
      num_channels: 1,
      mesh: 'mesh',
      skeletons: 'skeletons',
      segment_properties: 'segment_properties',
      scales: [
        {
          key: '8_8_40',
          size: [10, 8, 6],
          resolution: [8, 8, 40],
          chunk_sizes: [[8, 4, 4]],
          encoding: 'raw',
        },
        { key: '16_16_40', size: [5, 4, 6] },
      ],
    });
  });

  it('sends a whole chunk as stored gzip or decoded, as the client accepts', async () => {
    const path = '/precomputed/8_8_40/0-8_0-4_0-4';
    const gzip = await get(path, { 'accept-encoding': 'gzip, deflate, br' });
    const { bytes } = await store.getStored(writes[0].hash);
    expect(gzip.headers).toMatchObject({ 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    expect(Buffer.from(gzip.body!).equals(bytes)).toBe(true);
    const plain = await get(path);
    expect(plain.headers).not.toHaveProperty('Content-Encoding');
    expect(Buffer.from(plain.body!).equals(gunzipSync(bytes))).toBe(true);
    expect(plain.headers.ETag).not.toBe(gzip.headers.ETag);
  });

  it('cuts a chunk at the end of the volume, x fastest', async () => {
    const { body } = await get('/precomputed/8_8_40/8-10_4-8_4-6');
    const voxels = new BigUint64Array(new Uint8Array(body!).buffer);
    expect(voxels).toHaveLength(2 * 4 * 2);
    expect(voxels[0]).toBe(BigInt((4 * 8 + 4) * 10 + 8) * 3n + 2n ** 60n);
    expect(voxels[1] - voxels[0]).toBe(3n);
    expect(voxels[2] - voxels[0]).toBe(30n);
  });

  it('sends zeros for a chunk known to be empty and 404 for one never written', async () => {
    const empty = await get('/precomputed/8_8_40/0-8_4-8_0-4');
    expect(Buffer.from(empty.body!).equals(Buffer.alloc(8 * 4 * 4 * 8))).toBe(true);
    expect((await get('/precomputed/16_16_40/0-5_0-4_0-4')).status).toBe(404);
  });

  it.each(['0-8_0-4_0-5', '1-9_0-4_0-4', '0-8_0-4', '16-24_0-4_0-4', '0-8_0-4_0-4.gz'])(
    'has no chunk named %s',
    async (name) => expect((await get(`/precomputed/8_8_40/${name}`)).status).toBe(404),
  );

  it('sends meshes, skeletons and properties of 64-bit ids', async () => {
    expect(await json('/precomputed/mesh/info')).toEqual({ '@type': 'neuroglancer_legacy_mesh' });
    expect(await json(`/precomputed/mesh/${huge}:0`)).toEqual({ fragments: [`${huge}:0:0`, `${huge}:0:1`] });
    expect((await get(`/precomputed/mesh/${huge}:0:1`)).body).toHaveLength(52);
    expect((await get(`/precomputed/skeletons/${huge}`)).body).toHaveLength(8 + 12 + 4);
    expect((await json('/precomputed/segment_properties/info')).inline.ids).toEqual([String(huge)]);
    for (const path of [
      `mesh/7:0`,
      `mesh/${huge}:0:2`,
      `mesh/${huge}:1`,
      'skeletons/7',
      'skeletons/-1',
      'skeletons/99999999999999999999',
    ]) {
      expect((await get(`/precomputed/${path}`)).status).toBe(404);
    }
  });

  it('does not claim folders it has not', async () => {
    const bare = { meta, store, resolve: source.resolve };
    const info = await serveVolume({ method: 'GET', path: '/precomputed/info', headers: {} }, bare);
    expect(Object.keys(JSON.parse(Buffer.from(info.body!).toString()))).not.toContain('mesh');
    const mesh = await serveVolume({ method: 'GET', path: '/precomputed/mesh/info', headers: {} }, bare);
    expect(mesh.status).toBe(404);
    expect(info.headers['Cache-Control']).toBe('no-cache');
  });
});

describe('HTTP', () => {
  const path = '/precomputed/8_8_40/0-8_0-4_0-4';

  it('answers a range of the decoded bytes', async () => {
    const whole = (await get(path)).body!;
    const answer = await get(path, { range: 'bytes=8-23', 'accept-encoding': 'gzip' });
    expect(answer).toMatchObject({
      status: 206,
      headers: { 'Content-Range': 'bytes 8-23/1024', 'Content-Length': '16' },
    });
    expect(Buffer.from(answer.body!).equals(whole.subarray(8, 24))).toBe(true);
    expect(await get(path, { range: 'bytes=5000-' })).toMatchObject({
      status: 416,
      headers: { 'Content-Range': 'bytes */1024' },
    });
    expect((await get(path, { range: 'bytes=0-3', 'if-range': '"old"' })).status).toBe(200);
  });

  it('answers HEAD like GET without the body', async () => {
    for (const address of [path, '/zarr/.zattrs', '/precomputed/none']) {
      const [head, full] = [await get(address, {}, 'HEAD'), await get(address)];
      expect(head).toEqual({ status: full.status, headers: full.headers });
    }
  });

  it('answers If-None-Match with 304', async () => {
    const { ETag } = (await get(path)).headers;
    const again = await get(path, { 'if-none-match': `W/${ETag}` });
    expect(again).toMatchObject({ status: 304, headers: { ETag } });
    expect(again.body).toBeUndefined();
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('lets a page of another origin read', async () => {
    expect(await get(path, {}, 'OPTIONS')).toMatchObject({
      status: 204,
      headers: { 'Access-Control-Allow-Origin': '*' },
    });
    for (const address of [path, '/none']) {
      expect((await get(address)).headers['Access-Control-Allow-Origin']).toBe('*');
    }
    expect((await get(path, {}, 'PUT')).status).toBe(405);
  });

  it('says that an object is gone rather than that it is empty', async () => {
    const lost = writes.find(({ key }) => key === '1/0/0')!;
    await unlink(store.pathOf(lost.hash, 'gzip'));
    for (const address of ['/zarr/0/1/0/0', '/precomputed/8_8_40/0-8_0-4_4-6']) {
      const answer = await get(address);
      expect(answer.status).toBe(500);
      expect(Buffer.from(answer.body!).toString()).toContain('object is gone');
    }
  });
});

it.each([
  ['gzip', true],
  ['deflate, GZIP;q=0.5', true],
  ['*', true],
  ['gzip;q=0, *', false],
  ['identity', false],
  ['', false],
])('takes Accept-Encoding "%s" for %s', (text, accepted) => expect(acceptsGzip(text)).toBe(accepted));

it.each([
  ['bytes=0-0', { begin: 0, end: 1 }],
  ['bytes=5-', { begin: 5, end: 10 }],
  ['bytes=-3', { begin: 7, end: 10 }],
  ['bytes=-30', { begin: 0, end: 10 }],
  ['bytes=2-99', { begin: 2, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=3-2', 'whole'],
  ['bytes=0-1,3-4', 'whole'],
  ['lines=0-1', 'whole'],
])('reads Range %s of 10 bytes', (text, range) => expect(parseRange(text, 10)).toEqual(range));
