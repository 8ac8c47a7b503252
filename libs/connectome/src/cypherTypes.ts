import { badInput, maxId, StratomeError } from '@stratome/core';
import neo4j from 'neo4j-driver';

/** SRID of Cartesian 3-D points, neuPrint's choice for voxel coordinates. */
export const cartesian3d = 9157;

/** A place in voxels, as Cypher's `point({x, y, z})`; fields are named because neuPrint orders x, y, z. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A property map whose keys are data (ROI names, say); values are what Neo4j can store. */
export type PropertyMap = Readonly<
  Record<string, string | number | bigint | boolean | readonly string[] | null>
>;

/**
 * How one declared Cypher type crosses the driver. `encode` refuses a value that is not of the type (a JavaScript
 * number would otherwise arrive as a float); `decode` refuses what the server should not have sent.
 */
export interface CypherType<T> {
  readonly name: string;
  encode(value: T, where: string): unknown;
  decode(value: unknown, where: string): T;
}

function refuse(name: string, value: unknown, where: string): never {
  throw badInput(`${where} is ${describe(value)}, not ${name}.`, 'Give a value of the declared type.');
}

function unexpected(name: string, value: unknown, where: string): never {
  throw new StratomeError(
    'internal',
    `The graph returned ${describe(value)} for ${where}, which is declared as ${name}.`,
    'Correct the @returns line of the query.',
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (typeof value === 'object')
    return Array.isArray(value) ? 'a list' : `a ${value.constructor?.name ?? 'map'}`;
  return `${typeof value} ${String(value)}`;
}

/** A type whose values pass unchanged when `accepts` holds, both ways. */
function plain<T>(name: string, accepts: (value: unknown) => boolean): CypherType<T> {
  return {
    name,
    encode: (value, where) => (accepts(value) ? value : refuse(name, value, where)),
    decode: (value, where) => (accepts(value) ? (value as T) : unexpected(name, value, where)),
  };
}

const int64: CypherType<bigint> = {
  name: 'Int64',
  encode(value, where) {
    if (typeof value !== 'bigint' || value > maxId || value < -maxId - 1n)
      return refuse('Int64', value, where);
    return value;
  },
  decode: (value, where) => (typeof value === 'bigint' ? value : unexpected('Int64', value, where)),
};

const int32: CypherType<number> = {
  name: 'Int32',
  encode: (value, where) => (Number.isSafeInteger(value) ? BigInt(value) : refuse('Int32', value, where)),
  decode(value, where) {
    const number = Number(value);
    return typeof value === 'bigint' && Number.isSafeInteger(number)
      ? number
      : unexpected('Int32', value, where);
  },
};

const float: CypherType<number> = {
  name: 'Float',
  encode: (value, where) => (Number.isFinite(value) ? value : refuse('Float', value, where)),
  decode: (value, where) => (typeof value === 'number' ? value : unexpected('Float', value, where)),
};

const point: CypherType<Point> = {
  name: 'Point',
  encode(value, where) {
    if (![value?.x, value?.y, value?.z].every(Number.isFinite)) return refuse('Point', value, where);
    return new neo4j.types.Point(neo4j.int(cartesian3d), value.x, value.y, value.z);
  },
  decode(value, where) {
    if (!neo4j.isPoint(value as object)) return unexpected('Point', value, where);
    const { x, y, z } = value as Point;
    return { x, y, z };
  },
};

const map: CypherType<PropertyMap> = {
  name: 'Map',
  encode(value, where) {
    if (value === null || typeof value !== 'object') return refuse('Map', value, where);
    return Object.fromEntries(Object.entries(value));
  },
  decode: (value) => value as PropertyMap,
};

function list<T>(of: CypherType<T>): CypherType<readonly T[]> {
  const name = `List<${of.name}>`;
  return {
    name,
    encode: (value, where) =>
      Array.isArray(value) ? value.map((v, i) => of.encode(v, `${where}[${i}]`)) : refuse(name, value, where),
    decode: (value, where) =>
      Array.isArray(value)
        ? value.map((v, i) => of.decode(v, `${where}[${i}]`))
        : unexpected(name, value, where),
  };
}

type Fields = Readonly<Record<string, CypherType<unknown>>>;

function struct<T extends object>(fields: Fields): CypherType<T> {
  const entries = Object.entries(fields);
  return {
    name: `{${entries.map(([key, type]) => `${key} ${type.name}`).join(', ')}}`,
    encode: (value, where) => encodeFields(fields, value as Record<string, unknown>, where),
    decode: (value, where) => decodeFields(fields, value as Record<string, unknown>, where) as T,
  };
}

function optional<T>(of: CypherType<T>): CypherType<T | null> {
  return {
    name: `${of.name}?`,
    encode: (value, where) => (value === null || value === undefined ? null : of.encode(value, where)),
    decode: (value, where) => (value === null || value === undefined ? null : of.decode(value, where)),
  };
}

/** The vocabulary of `@param` and `@returns` lines. */
export const t = {
  int64,
  int32,
  float,
  point,
  map,
  list,
  struct,
  optional,
  string: plain<string>('String', (value) => typeof value === 'string'),
  boolean: plain<boolean>('Boolean', (value) => typeof value === 'boolean'),
};

export function encodeFields(fields: Fields, values: object, where: string): Record<string, unknown> {
  if (values === null || typeof values !== 'object') return refuse('a map of fields', values, where);
  const given = values as Record<string, unknown>;
  const encoded: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(fields)) {
    encoded[key] = type.encode(given[key], `${where}.${key}`);
  }
  return encoded;
}

export function decodeFields(fields: Fields, values: object, where: string): Record<string, unknown> {
  const given = values as Record<string, unknown>;
  const decoded: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(fields)) {
    decoded[key] = type.decode(given[key], `${where}.${key}`);
  }
  return decoded;
}

/** One file of `cypher/queries` with its declared types; made by the generator, run by `Graph`. */
export interface Query<Params extends object, Row extends object> {
  readonly name: string;
  readonly summary: string;
  readonly mode: 'read' | 'write';
  /** Labels and relationship types this statement is meant to scan in full. */
  readonly scans: readonly string[];
  readonly params: Fields;
  readonly returns: Fields;
  readonly text: string;
  /** Of a query that knows masks: the statement for a question without one, which Neo4j plans better. */
  readonly unmasked?: string;
  /** Types only; never set. */
  readonly _types?: { params: Params; row: Row };
}

export function defineQuery<Params extends object, Row extends object>(
  query: Query<Params, Row>,
): Query<Params, Row> {
  return query;
}

/** The statement that answers a question: without a mask, the one that knows none. */
export function statementFor(
  { text, unmasked }: { readonly text: string; readonly unmasked?: string },
  { maskedCells, minConfidence }: Readonly<Record<string, unknown>>,
): string {
  const leavesOut = (minConfidence ?? null) !== null || ((maskedCells ?? []) as readonly string[]).length > 0;
  return unmasked === undefined || leavesOut ? text : unmasked;
}
