import { badInput, parseId } from '@stratome/core';

/** A query of the library, as far as its parameters are concerned. */
export interface QuerySignature {
  readonly name: string;
  readonly params: Readonly<Record<string, { readonly name: string }>>;
}

/** What a parameter of the user's own Cypher is: a whole number, a number, JSON, or a word. */
export function looseValue(text: string): unknown {
  if (/^-?\d+$/.test(text)) return BigInt(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * Reads a value as its declared Cypher type: `Int64` as bigint, lists as comma-separated values.
 * @throws badInput naming the parameter and its type
 */
export function typedValue(name: string, type: string, text: string): unknown {
  const bare = type.replace(/\?$/, '');
  if (bare !== type && text === 'null') return null;
  const list = /^List<(.*)>$/.exec(bare);
  if (list && !text.startsWith('[')) {
    return text === '' ? [] : text.split(',').map((part) => typedValue(name, list[1], part.trim()));
  }
  switch (bare) {
    case 'String':
      return text;
    case 'Int64':
      return parseId(text, name);
    case 'Int32':
    case 'Float':
      return finite(name, bare, text);
    case 'Boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw badInput(`${name}=${text} is not a Boolean.`, 'Write true or false.');
    default:
      return fromJson(name, bare, text);
  }
}

function finite(name: string, type: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && (type === 'Float' || Number.isInteger(value))) return value;
  throw badInput(`${name}=${text} is not of type ${type}.`, 'Write a number.');
}

function fromJson(name: string, type: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badInput(`${name}=${text} is not of type ${type}.`, `Write it as JSON.`);
  }
}

const signature = ({ params }: QuerySignature) =>
  Object.entries(params)
    .map(([name, type]) => `${name} ${type.name}`)
    .join(', ') || 'none';

/** The parameters of a query from `k=v` pairs. @throws badInput when one is missing, unknown or not of its type */
export function queryParameters(
  query: QuerySignature,
  given: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const remedy = `Parameters of ${query.name}: ${signature(query)}.`;
  const unknown = [...given.keys()].find((name) => !(name in query.params));
  if (unknown !== undefined) throw badInput(`${query.name} has no parameter "${unknown}".`, remedy);
  const missing = Object.entries(query.params).filter(
    ([name, type]) => !given.has(name) && !type.name.endsWith('?'),
  );
  if (missing.length > 0) {
    throw badInput(`${query.name} needs ${missing.map(([name]) => name).join(', ')}.`, remedy);
  }
  return Object.fromEntries(
    [...given].map(([name, text]) => [name, typedValue(name, query.params[name].name, text)]),
  );
}
