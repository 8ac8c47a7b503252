import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantConnectome } from './graph-tissue.js';
import { segmentId, startTestApi, type Data, type TestApi } from './api-server.js';

const dataset = 'apiVolumes';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
});

afterAll(() => api.stop());
describe('volumes over HTTP', () => {
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${api.address}/volumes/${path}`, { redirect: 'manual', ...init });

  it('lead from head to the revision readers see', async () => {
    const response = await get(`${dataset}/head/segmentation/precomputed/info`);
    expect([response.status, response.headers.get('location')]).toEqual([
      307,
      `/volumes/${dataset}/1/segmentation/precomputed/info`,
    ]);
    const followed = await get(`${dataset}/head/segmentation/precomputed/info`, { redirect: 'follow' });
    expect(await followed.json()).toMatchObject({ data_type: 'uint64', type: 'segmentation' });
    expect(followed.headers.get('cache-control')).toMatch(/immutable/);
    expect(followed.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('give a chunk as it was written', async () => {
    const info = (await (await get(`${dataset}/1/segmentation/precomputed/info`)).json()) as Data;
    const chunk = await get(`${dataset}/1/segmentation/precomputed/${info.scales[0].key}/0-50_0-50_0-4`);
    const voxels = new BigUint64Array(await chunk.arrayBuffer());
    expect(voxels.length).toBe(4 * 50 * 50);
    expect(voxels.filter((id) => id === segmentId).length).toBe(4 * 10 * 10);
  });

  it('list the neurons of the head beside the segmentation, and only there', async () => {
    const listed = await get(`${dataset}/1/segmentation/precomputed/segment_properties/info`);
    const { inline } = (await listed.json()) as Data;
    expect(inline.ids).toEqual(Array.from({ length: 60 }, (_, index) => String(index + 1)));
    expect(inline.properties[0].values[1]).toBe(`body 2 of ${dataset}`);
    expect((await get(`${dataset}/1/supervoxels/precomputed/segment_properties/info`)).status).toBe(404);
  });

  it('hold every synapse once, and those of a body by its id', async () => {
    const address = `${dataset}/1/synapses/precomputed`;
    const { spatial } = (await (await get(`${address}/info`)).json()) as Data;
    expect(spatial).toHaveLength(1);
    const bytes = async (path: string) => new DataView(await (await get(`${address}/${path}`)).arrayBuffer());
    const idsOf = (view: DataView) => {
      const count = Number(view.getBigUint64(0, true));
      const first = view.byteLength - 8 * count;
      return Array.from({ length: count }, (_, i) => view.getBigUint64(first + 8 * i, true));
    };
    type Planted = { synapseId: bigint; preBodyId?: bigint };
    const planted = [...(plantConnectome(dataset).synapses as Iterable<Planted>)];
    const byId = (a: bigint, b: bigint) => (a < b ? -1 : 1);
    expect(idsOf(await bytes('spatial0/0_0_0'))).toEqual(planted.map((s) => s.synapseId).sort(byId));
    const own = planted.filter(({ preBodyId }) => preBodyId === 1n).map((s) => s.synapseId);
    expect(own.length).toBeGreaterThan(0);
    expect(idsOf(await bytes('presynaptic/1'))).toEqual(own.sort(byId));
    const alone = await bytes(`by_id/${own[0]}`);
    expect([alone.getUint32(32, true), alone.getBigUint64(36, true)]).toEqual([1, 1n]);
  });

  it('hold a quality field of one voxel a cell', async () => {
    const address = `${dataset}/1/quality.L4.synapseConfidence/precomputed`;
    const info = (await (await get(`${address}/info`)).json()) as Data;
    expect(info).toMatchObject({ data_type: 'float32', type: 'image', scales: [{ size: [2, 2, 1] }] });
    const chunk = await get(`${address}/${info.scales[0].key}/0-2_0-2_0-1`);
    const values = [...new Float32Array(await chunk.arrayBuffer())].map((v) => Number(v.toFixed(3)));
    expect(values).toEqual([0.5, 0.6, 0.7, 0.8]);
    expect((await get(`${dataset}/1/quality.L4.nothing/precomputed/info`)).status).toBe(404);
  });

  it.each([
    [`${dataset}/1/nothing/zarr/.zattrs`, 404, /no volume .*Volumes: segmentation, supervoxels/],
    [`${dataset}/9/segmentation/precomputed/info`, 400, /at revision 1, not 9/],
    [`nowhere/head/segmentation/precomputed/info`, 404, /There is no dataset/],
    [`${dataset}/1/segmentation/precomputed/..%2f..%2fetc`, 404, /has no/],
    [`${dataset}`, 400, /is no volume/],
    [`${dataset}/1/segmentation/%E0%A4%A`, 400, /percent|Failed to decode/],
  ])('%s is refused', async (path, status, message) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(message);
  });
});
