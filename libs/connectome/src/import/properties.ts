import { badInput, parseId } from '@stratome/core';
import type { Point } from '../cypherTypes.js';
import { placeOf, type TableFile } from './tableRows.js';

/** A value that a node or a connection has beyond those that the import knows by name. */
export type ImportedValue = string | number | bigint | boolean | Point | readonly ImportedValue[];
export type ImportedProperties = Readonly<Record<string, ImportedValue>>;

/** A column of further properties: its name, how its values are read, and neo4j-admin's name of its type. */
export interface PropertyColumn {
  readonly name: string;
  readonly at: number;
  readonly type: string;
  readonly read: (text: string) => ImportedValue | undefined;
}

const whole = (text: string) => {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
};
const real = (text: string) => {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
};
const truth = (text: string) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined);

/** `{x:1, y:2, z:3}`, as neo4j-admin writes a place. */
export function readPoint(text: string): Point | undefined {
  const axes = Object.fromEntries(
    [...text.matchAll(/["']?([xyz])["']?\s*:\s*([^,}\s]+)/g)].map(([, axis, value]) => [axis, Number(value)]),
  );
  const { x, y, z } = axes;
  return [x, y, z].every(Number.isFinite) ? { x, y, z } : undefined;
}

const readers: Readonly<Record<string, PropertyColumn['read'] | undefined>> = {
  ...Object.fromEntries(['int', 'long', 'short', 'byte'].map((type) => [type, whole])),
  ...Object.fromEntries(['float', 'double'].map((type) => [type, real])),
  boolean: truth,
  point: readPoint,
  string: (text) => text,
};

function listReader(read: PropertyColumn['read']): PropertyColumn['read'] {
  return (text) => {
    const values = text.split(';').map((part) => read(part.trim()));
    return values.some((value) => value === undefined) ? undefined : (values as ImportedValue[]);
  };
}

/**
 * Columns that hold further properties, by neo4j-admin's headers (`hemilineage:string`, `inputs:long[]`); a column
 * without a type holds text.
 *
 * @param known places of columns that are read otherwise
 * @throws StratomeError badInput for a type that is not known, or a name twice
 */
export function propertyColumns(table: TableFile, known: ReadonlySet<number>): PropertyColumn[] {
  const found: PropertyColumn[] = [];
  for (const [at, header] of table.columns.entries()) {
    const [, name, type] = /^(.*?)(?::(\w+(?:\{[^}]*\})?(?:\[\])?))?$/.exec(header)!;
    // Ids, labels and types of relationships have no name.
    if (known.has(at) || name === '' || type?.toUpperCase() === 'IGNORE') continue;
    const [, single, list] =
      /^(\w+)(?:\{[^}]*\})?(\[\])?$/.exec((type ?? table.types?.[at] ?? 'string').toLowerCase()) ?? [];
    const read = readers[single];
    if (!read || found.some((other) => other.name === name))
      throw badInput(
        `${table.path} has the column ${header}, ${read ? 'a second time' : 'whose type is not known'}.`,
        `Write NAME:TYPE with one of ${Object.keys(readers).join(', ')}, and [] for lists.`,
      );
    found.push({ name, at, type: `${single}${list ?? ''}`, read: list ? listReader(read) : read });
  }
  return found;
}

/** Further properties of one row. @throws StratomeError badInput, with the line, for a value that is not of its type */
export function readProperties(
  columns: readonly PropertyColumn[],
  values: readonly string[],
  table: TableFile,
  line: number,
): ImportedProperties | undefined {
  const found: Record<string, ImportedValue> = {};
  let some = false;
  for (const { name, at, type, read } of columns) {
    const text = type === 'string' ? values[at] : values[at].trim();
    if (text === '') continue;
    const value = read(text);
    if (value === undefined)
      throw badInput(
        `${placeOf(table, line)} has the ${name} "${text.slice(0, 60)}", which is no ${type}.`,
        'Correct it, or leave the field empty.',
      );
    found[name] = value;
    some = true;
  }
  return some ? found : undefined;
}

/** An id, as a table writes it. @throws StratomeError badInput with the line */
export function readId(text: string, table: TableFile, line: number): bigint {
  try {
    return parseId(text.trim());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badInput(`${placeOf(table, line)}: ${reason}`, 'Write ids below 2^63.');
  }
}
