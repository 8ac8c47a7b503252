import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synapsesOf } from './importedGraph.js';
import { parseMatrix } from './matrix.js';
import { datasetNameFrom, readGraphFiles, type GraphFileOptions } from './readGraph.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graph-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function write(name: string, content: string | Uint8Array): Promise<string> {
  // A folder each, since tables that lie together belong together.
  const own = await mkdtemp(join(folder, `${files++}-`));
  const path = join(own, name);
  await writeFile(path, content);
  return path;
}

const read = async (content: string, options?: GraphFileOptions) =>
  readGraphFiles(await write('list.csv', content), options);

describe('an edge list', () => {
  it('is ordered by its ids, whatever its order and its columns are called', async () => {
    const { bodyIds, edges } = await read('weight,to,from\n3,10,9\n1,9,10\n2,720575940629970489,9\n');
    expect([...bodyIds]).toEqual([9n, 10n, 720575940629970489n]);
    expect([...edges.sources]).toEqual([0, 0, 1]);
    expect([...edges.targets]).toEqual([1, 2, 0]);
    expect([...edges.weights]).toEqual([3, 2, 1]);
  });

  it('is the same as CSV, gzipped, TSV and Arrow', async () => {
    const csv = 'source,target,weight\n5,1,2\n1,5,7\n';
    const table = tableFromArrays({
      source: BigInt64Array.of(5n, 1n),
      target: BigInt64Array.of(1n, 5n),
      weight: Int32Array.of(2, 7),
    });
    const expected = await read(csv);
    for (const path of [
      await write('list.csv.gz', gzipSync(csv)),
      await write('list.tsv', csv.replaceAll(',', '\t')),
      await write('list.arrow', tableToIPC(table, 'file')),
      await write('list.feather', tableToIPC(table, 'stream')),
    ]) {
      expect(await readGraphFiles(path), path).toEqual(expected);
    }
  });

  it('may name its neurons by words', async () => {
    const { bodyIds, neurons } = await read(`source,target,weight\n"MBON01(y5B'2a)_R",A,1\n`, {
      ids: 'names',
    });
    expect([...bodyIds]).toEqual([1n, 2n]);
    expect(neurons.map(({ instance }) => instance)).toEqual(['A', "MBON01(y5B'2a)_R"]);
  });

  it.each([
    ['source,target\n1,2\n', /no column of the weight; it has source, target/],
    [
      'source,target,weight\n1,2,3\n2,1,1\n1,2,4\n',
      /Line 4 of .* repeats the connection from 1 to 2 of line 2/,
    ],
    ['source,target,weight\n1,2,3\n2,2,1\n', /Line 3 of .* connects 2 to itself/],
    ['source,target,weight\n1,2,-3\n', /Line 2 of .* has the weight "-3"/],
    ['source,target,weight\n1,2,0\n', /Line 2 of .* has the weight "0"/],
    ['source,target,weight\n1,2,1.5\n', /Line 2 of .* has the weight "1.5"/],
    ['source,target,weight\n1,2,\n', /Line 2 of .* has the weight ""/],
    ['source,target,weight\n1,9223372036854775808,1\n', /Line 2 of .*2\^63/],
    ['source,target,weight\n1,2,1\n1,-3,1\n', /Line 3 of .*"-3"/],
    ['source,target,weight\n1,9.007e15,1\n', /Line 2 of .*"9\.007e15"/],
    ['source,target,weight\n1,ADAL,1\n', /Line 2 of .*"ADAL"/],
    ['source,target,weight\n1,2,1\n1,2\n', /Line 3 of .* has 2 fields, the header 3/],
    ['source,target,weight,roiInfo\n1,2,3,{LH\n', /Line 2 of .* has the regions \{LH/],
    ['source,target,weight,roiInfo\n1,2,3,"{""LH"": 5}"\n', /Line 2 of .* has the regions/],
    ['source,target,weight\n', /no connections/],
    ['', /is empty/],
    ['source,target,weight\n"1,2,1\n', /cannot be read/],
  ])('%j is refused with its line', async (content, reason) => {
    await expect(read(content)).rejects.toThrow(reason);
  });

  it('with a table of neurons knows them, and refuses others', async () => {
    const path = await write('edgelist.csv', 'source,target,weight\n1,2,3\n2,2,1\n');
    const nodes = join(path, '..', 'nodes.csv');
    await writeFile(nodes, 'node_id,type,status\n2,KC,Traced\n1,MBON,\n7,lonely,\n');
    for (const given of [path, join(path, '..')]) {
      const { neurons, unconnected, edges } = await readGraphFiles(given);
      expect(neurons).toMatchObject([{ type: 'MBON' }, { type: 'KC', status: 'Traced' }]);
      expect([unconnected, edges.weights.length]).toEqual([1, 2]);
    }
    await expect(readGraphFiles(path, { selfLoops: 'refuse' })).rejects.toThrow(/Line 3 .* itself/);
    await writeFile(nodes, 'node_id,type\n1,MBON\n');
    await expect(readGraphFiles(path)).rejects.toThrow(/Line 2 of .*edgelist\.csv names the neuron 2/);
    await writeFile(nodes, 'node_id,type\n1,MBON\n1,KC\n');
    await expect(readGraphFiles(path)).rejects.toThrow(/Line 3 of .*nodes\.csv describes 1 a second time/);
  });

  it("of neuPrint's own form is understood", async () => {
    const path = await write(
      'Neuprint_Neuron_Connections_ab12.csv',
      ':START_ID(Body-ID),weight:int,:END_ID(Body-ID),:TYPE\n5,3,6,ConnectsTo\n',
    );
    await writeFile(
      join(path, '..', 'Neuprint_Neurons_ab12.csv'),
      'bodyId:long,type:string,instance:string,size:long,statusLabel:string,:ID(Body-ID)\n5,KC,KC_R,99,Traced,5\n6,,,,,6\n',
    );
    const { neurons, edges } = await readGraphFiles(join(path, '..'));
    expect(neurons[0]).toEqual({ type: 'KC', instance: 'KC_R', status: 'Traced', sizeVoxels: 99n });
    expect([...edges.weights]).toEqual([3]);
  });
});

it('a path that is no graph is refused', async () => {
  await expect(readGraphFiles(join(folder, 'nothing'))).rejects.toThrow(/does not exist/);
  await expect(readGraphFiles(await write('a.txt', 'x'))).rejects.toThrow(/no table that is known/);
  await expect(readGraphFiles(join(await write('a.txt', 'x'), '..'))).rejects.toThrow(/holds no graph/);
  await expect(readGraphFiles(await write('a.parquet', 'x'))).rejects.toThrow(/cannot be read/);
  await expect(readGraphFiles(await write('a.arrow', 'x'))).rejects.toThrow(/cannot be read/);
});

describe('a matrix', () => {
  it('has presynaptic rows, and is ordered by ids', () => {
    const graph = parseMatrix(',30,4,5\n30,0,2,0\n4,1,3,0\n5,0,0,0\n', 'm');
    expect([...graph.bodyIds]).toEqual([4n, 30n]);
    expect([...graph.edges.sources]).toEqual([0, 0, 1]);
    expect([...graph.edges.targets]).toEqual([0, 1, 0]);
    expect([...graph.edges.weights]).toEqual([3, 1, 2]);
    expect([synapsesOf(graph), graph.unconnected]).toEqual([6n, 1]);
  });

  it.each([
    [',1,2\n1,0,0\n', /2 columns and 1 rows/],
    [',1,2\n1,0,0\n3,0,0\n', /Line 3 .* not the row of 2/],
    [',1,2\n1,0,x\n2,0,0\n', /Line 2 .* weight "x"/],
  ])('%j is refused', (text, reason) => {
    expect(() => parseMatrix(text, 'm')).toThrow(reason);
  });
});

it('a dataset is named after its path', () => {
  expect(['/a/maggot_brain', '/a/9-edge list.csv.gz', '/a/12'].map(datasetNameFrom)).toEqual([
    'maggot_brain',
    'edge_list',
    'graph',
  ]);
});
