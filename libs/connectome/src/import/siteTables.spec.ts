import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGraphFiles } from './readGraph.js';

/** neuPrint's tables as its own exports write them: two neurons, a T-bar that feeds both, and an orphan site. */
const tables = {
  Neurons:
    ':ID(Body-ID),bodyId:long,type:string,status:string,statusLabel:string,somaLocation:point{srid:9157},hemilineage:string,cropped:boolean,inputs:long[],tosoma:point{srid:9157},LH(R):boolean,:LABEL\n' +
    '5,5,KC,Traced,Roughly traced,"{x:1, y:2, z:3}",09A,false,3;4,"{x:7, y:8.5, z:9}",true,Segment;Neuron;hemi_Segment;hemi_Neuron\n' +
    "6,6,MBON01(y5B'2a)_R,,,,,,,,,Segment;hemi_Segment\n7,7,,,,,,,,,,Segment;Neuron\n",
  Neuron_Connections:
    ':START_ID(Body-ID),weight:int,weightHP:int,:END_ID(Body-ID),:TYPE,share:float\n5,1,0,6,ConnectsTo,0.5\n5,0,0,5,ConnectsTo,\n',
  Synapses:
    '":ID(Syn-ID)","type:string","confidence:float","location:point{srid:9157}",":Label","LH(R):boolean",ntGabaProb:float\n' +
    '99000000001,pre,0.9,"{x:10, y:20, z:30}",Synapse;hemi_Synapse,true,0.25\n' +
    '99000000002,post,0.8,"{x:11, y:20, z:30}",Synapse;hemi_Synapse,true,\n' +
    '99000000003,post,0.2,"{x:12, y:20, z:30}",Synapse;hemi_Synapse,,\n' +
    '99000000004,post,0.2,"{x:13, y:20, z:30}",Synapse;hemi_Synapse,,\n',
  SynapseSet:
    ':ID(SynSet-ID),:Label\n5_6_pre,SynapseSet\n6_5_post,SynapseSet\n5_5_pre,SynapseSet\n5_5_post,SynapseSet\n',
  Neuron_to_SynapseSet:
    ':START_ID(Body-ID),:END_ID(SynSet-ID)\n5,5_6_pre\n6,6_5_post\n5,5_5_pre\n5,5_5_post\n',
  SynapseSet_to_SynapseSet: ':START_ID(SynSet-ID),:END_ID(SynSet-ID)\n5_6_pre,6_5_post\n5_5_pre,5_5_post\n',
  SynapseSet_to_Synapses:
    ':START_ID(SynSet-ID),:END_ID(Syn-ID)\n5_6_pre,99000000001\n6_5_post,99000000002\n5_5_pre,99000000001\n5_5_post,99000000003\n',
  Synapse_Connections:
    ':START_ID(Syn-ID),:END_ID(Syn-ID)\n99000000001,99000000002\n99000000001,99000000003\n99000000001,99000000004\n',
  Meta: 'dataset:string,postHighAccuracyThreshold:float,postHPThreshold:float,preHPThreshold:float,voxelSize:float[],primaryRois:string[]\nhemi,0.5,0.9,0,8;8;8,LH(R)\n',
};
type Name = keyof typeof tables;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'site-tables-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes the tables, with changes to some and without others. */
async function read(
  changes: Partial<Record<Name, (text: string) => string>> = {},
  without: readonly Name[] = [],
) {
  const own = await mkdtemp(join(folder, 'tables-'));
  for (const [name, text] of Object.entries(tables)) {
    if (without.includes(name as Name)) continue;
    await writeFile(join(own, `Neuprint_${name}_ab12.csv`), changes[name as Name]?.(text) ?? text);
  }
  return readGraphFiles(own);
}

describe("neuPrint's tables", () => {
  it('tell of neurons, connections, sites and contacts, each with all its properties', async () => {
    const graph = await read();
    expect([...graph.bodyIds]).toEqual([5n, 6n, 7n]);
    expect(graph.neurons[0]).toEqual({
      type: 'KC',
      status: 'Traced',
      statusLabel: 'Roughly traced',
      somaLocation: { x: 1, y: 2, z: 3 },
      properties: {
        hemilineage: '09A',
        cropped: false,
        inputs: [3n, 4n],
        tosoma: { x: 7, y: 8.5, z: 9 },
        'LH(R)': true,
      },
    });
    expect(graph.neurons[1]).toEqual({ type: "MBON01(y5B'2a)_R", neuron: false });
    expect(graph.neuronPropertyTypes).toEqual({ hemilineage: 'string', cropped: 'boolean', inputs: 'long[]', tosoma: 'point', 'LH(R)': 'boolean' }); // prettier-ignore
    expect(graph.edges).toEqual({
      sources: Int32Array.of(0, 0),
      targets: Int32Array.of(0, 1),
      weights: Int32Array.of(0, 1),
      weightsHP: Int32Array.of(0, 0),
      weightsHR: Int32Array.of(1, 1),
      excitatoryShares: Float64Array.of(Number.NaN, Number.NaN),
      meanConfidences: Float64Array.of(0.2, 0.8),
      properties: [undefined, { share: 0.5 }],
    });
    const { sites, contacts } = graph.sites!;
    expect(sites[0]).toEqual({
      siteId: 99000000001n,
      side: 'pre',
      location: { x: 10, y: 20, z: 30 },
      confidence: 0.9,
      properties: { 'LH(R)': true, ntGabaProb: 0.25 },
      neuron: 0,
    });
    expect(sites.map(({ neuron }) => neuron)).toEqual([0, 1, 0, -1]);
    expect(contacts).toEqual({ pre: Int32Array.of(0, 0, 0), post: Int32Array.of(1, 2, 3) });
    expect(graph.meta).toEqual({
      thresholds: { postHighAccuracy: 0.5, postHP: 0.9, preHP: 0 },
      voxelSize: [8, 8, 8],
      primaryRois: ['LH(R)'],
    });
  });

  it.each<[Name, string, string, RegExp]>([
    ['Synapses', '99000000002,post', '99000000002,both', /Line 3 of .*Synapses.* has the type "both"/],
    ['Synapses', '99000000004', '99000000003', /Line 5 of .* describes the site 99000000003 a second time/],
    ['Synapses', 'post,0.8', 'post,1.8', /Line 3 of .* has the confidence "1.8"/],
    ['Synapses', '{x:11, y:20, z:30}', '{x:11, y:20}', /Line 3 of .* has the location/],
    ['Synapses', '99000000001,', '9223372036854775808,', /Line 2 of .*2\^63/],
    ['Synapses', 'true,0.25', 'yes,0.25', /Line 2 of .* has the LH\(R\) "yes", which is no boolean/],
    ['Synapses', 'ntGabaProb:float', 'ntGabaProb:quark', /ntGabaProb:quark, whose type is not known/],
    ['Neurons', '3;4', '3;x', /Line 2 of .*Neurons.* has the inputs "3;x", which is no long\[\]/],
    ['Neurons', '{x:1, y:2, z:3}', 'here', /Line 2 of .* has the somaLocation "here"/],
    ['Neuron_Connections', '5,1,0,6', '5,1,-1,6', /Line 2 of .* has the weightHP "-1"/],
    ['Neuron_Connections', '5,1,0,6', '5,2,0,6', /connection from 5 to 6 has 2 synapses, the tables of sites hold 1/],
    ['Neuron_Connections', '5,0,0,5,ConnectsTo,\n', '', /contact from 99000000001 to 99000000003 joins neurons without a connection/],
    ['SynapseSet', '5_5_post,', '5_5_pre,', /Line 5 of .*SynapseSet.* describes the set 5_5_pre a second time/],
    ['Neuron_to_SynapseSet', '6,6_5_post', '8,6_5_post', /Line 3 of .* names the neuron 8, which .*Neurons/],
    ['Neuron_to_SynapseSet', '6,6_5_post', '6,6_5_pre', /Line 3 of .* names the set 6_5_pre/],
    ['Neuron_to_SynapseSet', '6,6_5_post', '6,5_6_pre', /Line 3 of .* gives the set 5_6_pre to a second neuron/],
    ['SynapseSet_to_Synapses', '6_5_post,99000000002', '6_5_post,99', /Line 3 of .* names the site 99,/],
    ['SynapseSet_to_Synapses', '6_5_post,99000000002', '6_5_post,99000000001', /Line 3 of .* site 99000000001 belongs to two neurons/],
    ['SynapseSet_to_SynapseSet', '5_6_pre,6_5_post', '5_6_pre,5_5_post', /Line 2 of .*Synapse_Connections.* joins sets that/],
    ['Synapse_Connections', '99000000001,99000000004', '99000000003,99000000004', /Line 4 of .* from a postsynaptic site/],
    ['Synapse_Connections', '99000000001,99000000004', '99000000001,99000000003', /Line 4 of .* has a second contact/],
    ['Meta', '0.5,0.9', '0.5,9', /Line 2 of .* has the postHPThreshold "9"/],
  ])('%s with %j for %j is refused', async (name, text, other, reason) => {
    expect(tables[name]).toContain(text);
    await expect(read({ [name]: (whole: string) => whole.replace(text, other) })).rejects.toThrow(reason);
  }); // prettier-ignore

  it('of sites are needed together', async () => {
    await expect(read({}, ['Synapse_Connections', 'SynapseSet'])).rejects.toThrow(
      /lacks …_SynapseSet\.csv, …_Synapse_Connections\.csv/,
    );
    const withoutPairs = await read({}, ['SynapseSet_to_SynapseSet', 'Meta']);
    expect(withoutPairs.sites!.contacts.pre.length).toBe(3);
    const sites: Name[] = ['Synapses', 'SynapseSet', 'Neuron_to_SynapseSet', 'SynapseSet_to_SynapseSet', 'SynapseSet_to_Synapses', 'Synapse_Connections']; // prettier-ignore
    await expect(read({}, sites)).rejects.toThrow(/Line 3 of .* has the weight "0"/);
  });
});
