import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int64,
  List,
  Null,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { neuprintJson, type NeuprintValue } from './values.js';

type Kind = 'none' | 'bool' | 'int' | 'float' | 'text' | 'list' | 'map' | 'mixed';

const scalarKinds: Record<string, Kind> = { bigint: 'int', number: 'float', boolean: 'bool', string: 'text' };

function kindOf(value: NeuprintValue): Kind {
  if (value === null) return 'none';
  if (Array.isArray(value)) return 'list';
  return scalarKinds[typeof value] ?? 'map';
}

function together(a: Kind, b: Kind): Kind {
  if (a === b || b === 'none') return a;
  if (a === 'none') return b;
  const numbers = (kind: Kind) => kind === 'int' || kind === 'float';
  return numbers(a) && numbers(b) ? 'float' : 'mixed';
}

type Fields = { readonly [key: string]: NeuprintValue };

function structType(maps: readonly Fields[]): DataType {
  const keys = [...new Set(maps.flatMap(Object.keys))].sort();
  if (keys.length === 0) return new Utf8();
  return new Struct(keys.map((key) => new Field(key, arrowType(maps.map((map) => map[key] ?? null)), true)));
}

/** The type that holds all values of a column; what has no common type is kept as JSON text. */
export function arrowType(values: readonly NeuprintValue[]): DataType {
  switch (values.map(kindOf).reduce(together, 'none')) {
    case 'none':
      return new Null();
    case 'bool':
      return new Bool();
    case 'int':
      return new Int64();
    case 'float':
      return new Float64();
    case 'list': {
      const items = (values as (NeuprintValue[] | null)[]).flatMap((value) => value ?? []);
      return new List(new Field('item', arrowType(items), true));
    }
    case 'map':
      return structType((values as (Fields | null)[]).filter((value) => value !== null));
    default:
      return new Utf8();
  }
}

/** A value in the form that Arrow's builder of a type takes. */
function fitted(value: NeuprintValue, type: DataType): unknown {
  if (value === null) return null;
  if (type instanceof Utf8) return typeof value === 'string' ? value : neuprintJson(value);
  if (type instanceof Float64) return Number(value);
  if (type instanceof List) {
    const inner = type.children[0].type as DataType;
    return (value as NeuprintValue[]).map((item) => fitted(item, inner));
  }
  if (type instanceof Struct) {
    const fields = value as Fields;
    return Object.fromEntries(
      (type.children as Field[]).map(({ name, type: inner }) => [name, fitted(fields[name] ?? null, inner)]),
    );
  }
  return value;
}

/** Rows as an Arrow IPC stream of one record batch; a column has the type that all its values share. */
export function arrowStream(columns: readonly string[], rows: readonly NeuprintValue[][]): Uint8Array {
  const vectors = columns.map((name, index) => {
    const values = rows.map((row) => row[index]);
    const type = arrowType(values);
    const fits = values.map((value) => fitted(value, type));
    return [name, vectorFromArray(fits, type)] as const;
  });
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}
