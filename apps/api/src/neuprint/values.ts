import neo4j from 'neo4j-driver';

/** A value as neuPrint's answers have it: nodes and relationships are their properties, points coordinates. */
export type NeuprintValue =
  | null
  | string
  | number
  | bigint
  | boolean
  | NeuprintValue[]
  | { readonly [key: string]: NeuprintValue };

const fieldsOf = (fields: object): { [key: string]: NeuprintValue } =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, neuprintValue(value)]));

/** A driver's value as neuPrint gives it. Points are `{coordinates: [x, y, z]}`, paths their nodes and edges in turn. */
export function neuprintValue(value: unknown): NeuprintValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value as NeuprintValue;
  if (Array.isArray(value)) return value.map(neuprintValue);
  if (neo4j.isPoint(value)) {
    const { x, y, z } = value;
    return { coordinates: z === undefined ? [x, y] : [x, y, z] };
  }
  if (neo4j.isNode(value) || neo4j.isRelationship(value)) return fieldsOf(value.properties);
  if (neo4j.isPath(value)) {
    const steps = value.segments.flatMap(({ relationship, end }) => [relationship, end]);
    return [value.start, ...steps].map(neuprintValue);
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return fieldsOf(value);
}

/**
 * JSON with ids as numbers of all their digits: neuPrint's clients read them as 64-bit integers. Numbers that JSON
 * has no word for become null.
 */
export function neuprintJson(value: NeuprintValue): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(neuprintJson).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, field]) => `${JSON.stringify(key)}:${neuprintJson(field)}`)
    .join(',')}}`;
}
