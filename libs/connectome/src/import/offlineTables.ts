import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { canonicalJson } from '@stratome/core';
import type { Point } from '../cypherTypes.js';
import type { ImportedGraph } from './importedGraph.js';
import { connectionFields, neuronRows, type ImportTarget } from './loadGraph.js';
import { siteFields } from './loadSites.js';
import type { ImportedProperties, ImportedValue } from './properties.js';
import type { ImportedSite, ImportedSites } from './siteTables.js';

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
/** An empty text unquoted is no property. */
const textField = (text: string | null | undefined) => (text ? quoted(text) : '');
const pointField = ({ x, y, z }: Point) => `"{x:${x},y:${y},z:${z}}"`;

function field(value: ImportedValue | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return quoted(value.map(String).join(';'));
  if (typeof value === 'string') return textField(value);
  return typeof value === 'object' ? pointField(value as Point) : String(value);
}

type Types = Readonly<Record<string, string>>;

/** Names that the tool would not take as they are: in parentheses it reads the group of an id. */
const isPlain = (name: string) => /^\w+$/.test(name);

/**
 * Further properties that an offline import cannot write, by their names. Regions may be called anything: they are set
 * when the tables are in.
 */
export function notForOffline({
  neurons,
  neuronPropertyTypes,
  edgePropertyTypes,
  sites,
}: ImportedGraph): string[] {
  const regions = new Set(neurons.flatMap(({ rois }) => Object.keys(rois ?? {})));
  const odd = (types: Types = {}) => Object.entries(types).filter(([name]) => !isPlain(name));
  return [
    ...odd(neuronPropertyTypes).filter(([name, type]) => !(type === 'boolean' && regions.has(name))),
    ...odd(edgePropertyTypes),
    ...odd(sites?.propertyTypes).filter(([, type]) => type !== 'boolean'),
  ].map(([name]) => name);
}

/** Columns of further properties; those of a name that the table has already are left to it. */
class FurtherFields {
  private readonly names: string[];
  readonly header: string[];

  constructor(types: Types = {}, taken: readonly string[]) {
    const own = new Set(taken.map((name) => name.split(':')[0]));
    this.names = Object.keys(types).filter((name) => !own.has(name) && isPlain(name));
    this.header = this.names.map((name) =>
      quoted(`${name}:${types[name] === 'point' ? 'point{srid:9157}' : types[name]}`),
    );
  }

  of(properties: ImportedProperties | undefined): string[] {
    return this.names.map((name) => field(properties?.[name]));
  }
}

// prettier-ignore
const nodeHeader = [
  ':ID', 'dataset', 'bodyId:long', 'class', 'size:long', 'pre:long', 'post:long', 'upstream:long', 'downstream:long',
  'synweight:long', 'status', 'statusLabel', 'type', 'instance', 'roiInfo', 'boxBegin:long[]', 'boxEnd:long[]',
  'somaLocation:point{srid:9157}', 'somaRadius:double', 'cableLengthUm:double', 'flags:string[]', 'revision:long', ':LABEL',
];

function* nodeLines(imported: ImportedGraph, { dataset, status }: ImportTarget): Generator<string> {
  const further = new FurtherFields(imported.neuronPropertyTypes, nodeHeader);
  yield `${[...nodeHeader, ...further.header].join(',')}\n`;
  const labelsOf = (neuron: boolean) =>
    (neuron ? ['Segment', 'Neuron'] : ['Segment'])
      .flatMap((label) => [label, `${dataset}_${label}`])
      .join(';');
  // Named by their places: the tool takes whole numbers below 2^56 alone.
  let place = 0;
  for (const row of neuronRows(imported, status)) {
    const { bodyId, sizeVoxels, pre, post, upstream, downstream, somaLocation, flags } = row;
    const own = row.status ?? status;
    const texts = [own, row.statusLabel ?? own, row.type, row.instance, canonicalJson(row.rois ?? {})];
    const numbers = [sizeVoxels, pre, post, upstream, downstream, upstream + downstream];
    const shape = [somaLocation, row.somaRadiusVoxels, row.cableLengthUm, flags].map(field);
    const { properties } = imported.neurons[place];
    const fields = [
      quoted(row.class),
      ...numbers,
      ...texts.map(textField),
      '0;0;0',
      '0;0;0',
      ...shape,
      1,
      labelsOf(row.neuron),
    ];
    yield `${[place++, dataset, bodyId, ...fields, ...further.of(properties)].join(',')}\n`;
  }
}

/** Lines are gathered before they are handed on: a stream of millions of small pieces is slow. */
const linesAPiece = 4096;

function* gathered(lines: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line);
    if (piece.length < linesAPiece) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

// prettier-ignore
const edgeHeader = [
  ':START_ID', ':END_ID', 'dataset', 'weight:long', 'weightHP:long', 'weightHR:long', 'excitatoryShare:double',
  'meanConfidence:double', 'roiInfo', 'revision:long', ':TYPE',
];

function* edgeLines(imported: ImportedGraph, dataset: string): Generator<string> {
  const { edges, edgePropertyTypes } = imported;
  const further = new FurtherFields(edgePropertyTypes, edgeHeader);
  yield `${[...edgeHeader, ...further.header].join(',')}\n`;
  for (let i = 0; i < edges.weights.length; i++) {
    const told = connectionFields(imported, i);
    const weights = `${told.weight},${told.weightHP},${told.weightHR},${field(told.excitatoryShare)},${field(told.meanConfidence)}`;
    const regions = edges.roiInfo ? quoted(told.roiInfo) : '{}';
    const rest = edges.properties ? further.of(edges.properties[i]).map((text) => `,${text}`) : [];
    yield `${edges.sources[i]},${edges.targets[i]},${dataset},${weights},${regions},1,ConnectsTo${rest.join('')}\n`;
  }
}

// prettier-ignore
const siteHeader = [
  ':ID(site)', 'dataset', 'siteId:long', 'type', 'location:point{srid:9157}', 'bodyId:long', 'confidence:double', 'kind',
  'kindProbability:double', 'ntExcitatoryProb:double', 'ntInhibitoryProb:double', 'uncalibrated:boolean', 'sizeVoxels:long',
  'roiInfo', 'revision:long', ':LABEL',
];

function* siteLines(
  { bodyIds }: ImportedGraph,
  { sites, propertyTypes }: ImportedSites,
  dataset: string,
): Generator<string> {
  const further = new FurtherFields(propertyTypes, siteHeader);
  yield `${[...siteHeader, ...further.header].join(',')}\n`;
  for (const [place, site] of sites.entries()) {
    const { siteId, location, bodyId, confidence, ...told } = siteFields(site, bodyIds);
    const kinds = [
      told.kind,
      told.kindProbability,
      field(told.excitatory),
      field(told.inhibitory),
      told.uncalibrated,
    ];
    const own = [
      place,
      dataset,
      siteId,
      site.side,
      pointField(location),
      field(bodyId),
      confidence,
      ...kinds,
    ];
    const rest = [field(told.sizeVoxels), quoted(told.roiInfo), 1, `Synapse;${dataset}_Synapse`];
    yield `${[...own, ...rest, ...further.of(site.properties)].join(',')}\n`;
  }
}

/** The pairs of neurons that contacts join, each with the sites of either side. */
function pairsOf({
  sites,
  contacts,
}: ImportedSites): Map<string, { from: ImportedSite; to: ImportedSite; pre: Set<number>; post: number[] }> {
  const pairs = new Map<string, { from: ImportedSite; to: ImportedSite; pre: Set<number>; post: number[] }>();
  contacts.pre.forEach((pre, i) => {
    const post = contacts.post[i];
    const [from, to] = [sites[pre], sites[post]];
    if (from.neuron < 0 || to.neuron < 0) return;
    const key = `${from.neuron}:${to.neuron}`;
    let pair = pairs.get(key);
    if (!pair) pairs.set(key, (pair = { from, to, pre: new Set(), post: [] }));
    pair.pre.add(pre);
    pair.post.push(post);
  });
  return pairs;
}

/** Tables of sites, of the sets that gather them by neuron pair, and of what joins them. */
function* siteTables(
  imported: ImportedGraph,
  sites: ImportedSites,
  dataset: string,
): Generator<readonly [name: string, Iterable<string>]> {
  const pairs = [...pairsOf(sites).values()];
  const { bodyIds } = imported;
  yield ['sites.csv', siteLines(imported, sites, dataset)];
  const setName = ({ from, to }: { from: ImportedSite; to: ImportedSite }, side: string) =>
    `${dataset}:${bodyIds[from.neuron]}:${bodyIds[to.neuron]}:${side}`;
  yield ['sets.csv', (function* () {
    yield ':ID(set),dataset,datasetBodyIds,:LABEL\n';
    for (const [i, pair] of pairs.entries())
      for (const [k, side] of ['pre', 'post'].entries())
        yield `${2 * i + k},${dataset},${setName(pair, side)},SynapseSet;${dataset}_SynapseSet\n`;
  })()]; // prettier-ignore
  const links = function* (header: string, rows: Iterable<readonly [number, number]>, type: string) {
    yield `${header},:TYPE\n`;
    for (const [from, to] of rows) yield `${from},${to},${type}\n`;
  };
  const owned = pairs.flatMap(({ from, to }, i) => [[from.neuron, 2 * i], [to.neuron, 2 * i + 1]] as const); // prettier-ignore
  yield ['neuron-sets.csv', links(':START_ID,:END_ID(set)', owned, 'Contains')];
  yield ['set-sets.csv', links(':START_ID(set),:END_ID(set)', pairs.map((_, i) => [2 * i, 2 * i + 1] as const), 'ConnectsTo')]; // prettier-ignore
  const held = function* () {
    for (const [i, { pre, post }] of pairs.entries()) {
      for (const site of pre) yield [2 * i, site] as const;
      for (const site of post) yield [2 * i + 1, site] as const;
    }
  };
  yield ['set-sites.csv', links(':START_ID(set),:END_ID(site)', held(), 'Contains')];
  const { pre, post } = sites.contacts;
  const joined = function* () {
    for (let i = 0; i < pre.length; i++) yield [pre[i], post[i]] as const;
  };
  yield ['contacts.csv', links(':START_ID(site),:END_ID(site)', joined(), 'SynapsesTo')];
}

/**
 * Writes an imported graph as tables for Neo4j's offline import.
 *
 * @param folder exists
 * @returns the paths of the tables
 */
export async function writeOfflineTables(
  folder: string,
  target: ImportTarget,
  imported: ImportedGraph,
): Promise<{ readonly nodes: string[]; readonly relationships: string[] }> {
  const tables: (readonly [string, Iterable<string>])[] = [
    ['nodes.csv', nodeLines(imported, target)],
    ['connections.csv', edgeLines(imported, target.dataset)],
    ...(imported.sites ? siteTables(imported, imported.sites, target.dataset) : []),
  ];
  const [nodes, relationships]: string[][] = [[], []];
  for (const [name, lines] of tables) {
    const path = join(folder, name);
    await pipeline(Readable.from(gathered(lines)), createWriteStream(path));
    (['nodes.csv', 'sites.csv', 'sets.csv'].includes(name) ? nodes : relationships).push(path);
  }
  return { nodes, relationships };
}
