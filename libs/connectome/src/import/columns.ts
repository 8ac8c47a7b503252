import { badInput, parseId } from '@stratome/core';
import type { RoiCounts } from '../rows.js';
import { placeOf, type TableFile } from './tableRows.js';

/** What neurons are called by in tables: ids, or words. */
export type NeuronNames = 'numbers' | 'names';

/** `bodyId:long` and `:ID(Body-ID)` are neo4j-admin's ways to write `bodyId` and `:ID`. */
const bareName = (name: string) =>
  name
    .replace(/\(.*\)$/, '')
    .replace(/^([^:]+):.*$/, '$1')
    .toLowerCase();

export function findColumn({ columns }: TableFile, names: readonly string[]): number {
  const bare = columns.map(bareName);
  const found = names.find((name) => bare.includes(name.toLowerCase()));
  return found === undefined ? -1 : bare.indexOf(found.toLowerCase());
}

export function requireColumn(table: TableFile, what: string, names: readonly string[]): number {
  const column = findColumn(table, names);
  if (column >= 0) return column;
  throw badInput(
    `${table.path} has no column of the ${what}; it has ${table.columns.join(', ') || 'none'}.`,
    `Call it one of ${names.join(', ')}.`,
  );
}

/** Regions with counts, as neuPrint writes them: `{"LH(R)": {"pre": 3, "post": 5}}`. */
export function parseRegions(
  text: string,
  table: TableFile,
  line: number,
): Readonly<Record<string, RoiCounts>> | undefined {
  if (text.trim() === '') return undefined;
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  try {
    const parsed = JSON.parse(text) as Record<string, RoiCounts>;
    const counts = (value: RoiCounts) => isObject(value) && Object.values(value).every(Number.isSafeInteger);
    if (isObject(parsed) && Object.values(parsed).every(counts)) return parsed;
  } catch {
    // Said below.
  }
  throw badInput(
    `${placeOf(table, line)} has the regions ${text.slice(0, 60)}.`,
    'Write JSON such as {"LH": {"pre": 3, "post": 5}}, or leave the field empty.',
  );
}

export function readName(text: string, ids: NeuronNames, table: TableFile, line: number): string {
  const name = text.trim();
  if (ids === 'names') {
    if (name !== '') return name;
    throw badInput(`${placeOf(table, line)} names no neuron.`, 'Write its name.');
  }
  try {
    return String(parseId(name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badInput(`${placeOf(table, line)}: ${reason}`, 'Write ids below 2^63, or say --ids names.');
  }
}
