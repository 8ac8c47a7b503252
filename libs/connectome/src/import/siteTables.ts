import { badInput } from '@stratome/core';
import type { Point } from '../cypherTypes.js';
import { findColumn, requireColumn } from './columns.js';
import { propertyColumns, readId, readPoint, readProperties, type ImportedProperties } from './properties.js';
import { openTable, placeOf, type TableFile } from './tableRows.js';

/** neuPrint's tables of synaptic sites; all of them but `setPairs` are needed. */
export interface SiteFiles {
  readonly synapses: string;
  readonly sets: string;
  readonly setsOfNeurons: string;
  readonly synapsesOfSets: string;
  readonly contacts: string;
  /** Which set of presynaptic sites feeds which of postsynaptic ones; contacts are held against it. */
  readonly setPairs?: string;
}

export type SiteSide = 'pre' | 'post';

export interface ImportedSite {
  readonly siteId: bigint;
  readonly side: SiteSide;
  readonly location: Point;
  readonly confidence: number;
  /** Regions and transmitters among them. */
  readonly properties: ImportedProperties;
  /** Place of its neuron in `bodyIds`; -1 where no partner was found. */
  neuron: number;
}

/** Synaptic sites of an imported graph, and the contacts between them. */
export interface ImportedSites {
  readonly sites: readonly ImportedSite[];
  /** [n] places in `sites`: a presynaptic site, and the postsynaptic one it feeds. */
  readonly contacts: { readonly pre: Int32Array; readonly post: Int32Array };
  /** neo4j-admin's types of the further properties. */
  readonly propertyTypes: Readonly<Record<string, string>>;
}

interface Read {
  readonly sites: ImportedSite[];
  readonly byId: ReadonlyMap<string, number>;
  readonly propertyTypes: Record<string, string>;
}

const ends = { from: [':START_ID'], to: [':END_ID'] };

async function readSites(
  path: string,
  placeOfNeuron: ReadonlyMap<string, number>,
  neurons: string,
): Promise<Read> {
  const table = await openTable(path);
  const [id, type, place] = [
    requireColumn(table, "site's id", [':ID']),
    requireColumn(table, "site's side", ['type']),
    requireColumn(table, "site's place", ['location']),
  ];
  const confidence = findColumn(table, ['confidence']);
  const body = findColumn(table, ['bodyId']);
  const number = findColumn(table, ['siteId']);
  const passed = [':LABEL', 'dataset', 'revision', 'roiInfo'].map((name) => findColumn(table, [name]));
  const further = propertyColumns(table, new Set([id, type, place, confidence, body, number, ...passed]));
  const sites: ImportedSite[] = [];
  const byId = new Map<string, number>();
  // Two sites of a contact may have the same number, two of a side may not.
  const numbers = { pre: new Set<bigint>(), post: new Set<bigint>() };
  for await (const { line, values } of table.rows) {
    const name = values[id].trim();
    const siteId = readId(values[number < 0 ? id : number], table, line);
    const refuse = (what: string, remedy: string) => badInput(`${placeOf(table, line)} ${what}.`, remedy);
    if (byId.has(name)) throw refuse(`describes the site ${name} a second time`, 'Remove one.');
    const side = values[type].trim();
    if (side !== 'pre' && side !== 'post') throw refuse(`has the type "${side}"`, 'Write pre or post.');
    const location = readPoint(values[place]);
    if (!location) throw refuse(`has the location "${values[place]}"`, 'Write {x:1, y:2, z:3}.');
    const sure =
      confidence < 0 ? 1 : values[confidence].trim() === '' ? Number.NaN : Number(values[confidence]);
    if (!(sure >= 0 && sure <= 1))
      throw refuse(`has the confidence "${values[confidence]}"`, 'Write 0 to 1.');
    if (number >= 0 && numbers[side].has(siteId))
      throw refuse(`gives a ${side}synaptic site the number ${siteId} a second time`, 'Remove one.');
    if (number >= 0) numbers[side].add(siteId);
    byId.set(name, sites.length);
    const properties = readProperties(further, values, table, line) ?? {};
    const named = body < 0 ? '' : values[body].trim();
    const neuron = named === '' ? -1 : placeOfNeuron.get(named);
    if (neuron === undefined) throw unknown(table, line, 'neuron', named, neurons);
    sites.push({ siteId, side, location, confidence: sure, properties, neuron });
  }
  return {
    sites,
    byId,
    propertyTypes: Object.fromEntries(further.map((column) => [column.name, column.type])),
  };
}

/** Rows of a table of relationships: what they lead from, and to. */
async function* readLinks(path: string, what: string) {
  const table = await openTable(path);
  const from = requireColumn(table, `beginning of ${what}`, ends.from);
  const to = requireColumn(table, `end of ${what}`, ends.to);
  for await (const { line, values } of table.rows)
    yield { table, line, from: values[from].trim(), to: values[to].trim() };
}

const unknown = (table: TableFile, line: number, what: string, name: string, path: string) =>
  badInput(
    `${placeOf(table, line)} names the ${what} ${name || '""'}, which ${path} does not have.`,
    'Describe it there, or remove the line.',
  );

interface SynapseSets {
  readonly placeOfSet: ReadonlyMap<string, number>;
  /** [sets] places of neurons; -1 where none holds it. */
  readonly owner: Int32Array;
  /** [sets] the set of postsynaptic sites that it feeds; -1 where none is named. */
  readonly feeds: Int32Array;
}

async function readSets(
  files: SiteFiles,
  placeOfNeuron: ReadonlyMap<string, number>,
  neurons: string,
): Promise<SynapseSets> {
  const table = await openTable(files.sets);
  const id = requireColumn(table, "set's id", [':ID', 'datasetBodyIds']);
  const placeOfSet = new Map<string, number>();
  for await (const { line, values } of table.rows) {
    const name = values[id].trim();
    if (name === '' || placeOfSet.has(name))
      throw badInput(
        `${placeOf(table, line)} ${name === '' ? 'names no set' : `describes the set ${name} a second time`}.`,
        'Correct it.',
      );
    placeOfSet.set(name, placeOfSet.size);
  }
  const [owner, feeds] = [0, 1].map(() => new Int32Array(placeOfSet.size).fill(-1));
  for await (const { table: of, line, from, to } of readLinks(files.setsOfNeurons, 'a set')) {
    const [neuron, set] = [placeOfNeuron.get(from), placeOfSet.get(to)];
    if (neuron === undefined) throw unknown(of, line, 'neuron', from, neurons);
    if (set === undefined) throw unknown(of, line, 'set', to, files.sets);
    if (owner[set] >= 0)
      throw badInput(`${placeOf(of, line)} gives the set ${to} to a second neuron.`, 'Remove one.');
    owner[set] = neuron;
  }
  if (files.setPairs)
    for await (const { table: of, line, from, to } of readLinks(files.setPairs, 'a pair of sets')) {
      const [pre, post] = [placeOfSet.get(from), placeOfSet.get(to)];
      if (pre === undefined) throw unknown(of, line, 'set', from, files.sets);
      if (post === undefined) throw unknown(of, line, 'set', to, files.sets);
      if (feeds[pre] >= 0 && feeds[pre] !== post)
        throw badInput(`${placeOf(of, line)} gives the set ${from} a second set.`, 'Remove one.');
      feeds[pre] = post;
    }
  return { placeOfSet, owner, feeds };
}

/** Gives sites their neurons. @returns of each postsynaptic site its set, of each presynaptic one all it stands in */
async function placeSites(
  { sites, byId }: Read,
  files: SiteFiles,
  { placeOfSet, owner }: SynapseSets,
): Promise<Map<number, number[]>> {
  const setsOf = new Map<number, number[]>();
  for await (const { table, line, from, to } of readLinks(files.synapsesOfSets, 'a site')) {
    const [set, at] = [placeOfSet.get(from), byId.get(to)];
    if (set === undefined) throw unknown(table, line, 'set', from, files.sets);
    if (at === undefined) throw unknown(table, line, 'site', to, files.synapses);
    const refuse = (what: string) => badInput(`${placeOf(table, line)}: ${what}.`, 'Correct the tables.');
    if (owner[set] < 0) throw refuse(`the set ${from} belongs to no neuron`);
    const site = sites[at];
    if (site.neuron >= 0 && site.neuron !== owner[set]) throw refuse(`the site ${to} belongs to two neurons`);
    const known = setsOf.get(at);
    if (known && site.side === 'post') throw refuse(`the postsynaptic site ${to} stands in a second set`);
    site.neuron = owner[set];
    if (known) known.push(set);
    else setsOf.set(at, [set]);
  }
  return setsOf;
}

async function readContacts(
  { sites, byId, propertyTypes }: Read,
  files: SiteFiles,
  { feeds }: SynapseSets,
  setsOf: ReadonlyMap<number, readonly number[]>,
): Promise<ImportedSites> {
  const [pres, posts]: number[][] = [[], []];
  const fed = new Uint8Array(sites.length);
  for await (const { table, line, from, to } of readLinks(files.contacts, 'a contact')) {
    const [pre, post] = [byId.get(from), byId.get(to)];
    if (pre === undefined) throw unknown(table, line, 'site', from, files.synapses);
    if (post === undefined) throw unknown(table, line, 'site', to, files.synapses);
    const refuse = (what: string) => badInput(`${placeOf(table, line)}: ${what}.`, 'Correct the tables.');
    if (sites[pre].side !== 'pre' || sites[post].side !== 'post')
      throw refuse(
        `the contact leads from a ${sites[pre].side}synaptic site to a ${sites[post].side}synaptic one`,
      );
    if (fed[post]) throw refuse(`the postsynaptic site ${to} has a second contact`);
    const [postSet] = setsOf.get(post) ?? [];
    const apart =
      files.setPairs && postSet !== undefined && !setsOf.get(pre)?.some((set) => feeds[set] === postSet);
    if (apart) throw refuse(`the contact from ${from} to ${to} joins sets that ${files.setPairs} does not`);
    fed[post] = 1;
    pres.push(pre);
    posts.push(post);
  }
  return { sites, contacts: { pre: Int32Array.from(pres), post: Int32Array.from(posts) }, propertyTypes };
}

/**
 * Reads neuPrint's tables of synaptic sites, and checks them against each other.
 *
 * @param placeOfNeuron places in `bodyIds`, by id
 * @param neurons path of the table that describes neurons, for refusals
 * @throws StratomeError badInput naming the line
 */
export async function readSiteTables(
  files: SiteFiles,
  placeOfNeuron: ReadonlyMap<string, number>,
  neurons: string,
): Promise<ImportedSites> {
  const read = await readSites(files.synapses, placeOfNeuron, neurons);
  const sets = await readSets(files, placeOfNeuron, neurons);
  const setsOf = await placeSites(read, files, sets);
  return readContacts(read, files, sets, setsOf);
}
