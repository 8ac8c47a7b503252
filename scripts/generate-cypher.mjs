// Reads cypher/queries/*.cypher and writes the typed wrappers and the index of queries.
//
//   node scripts/generate-cypher.mjs          writes both files
//   node scripts/generate-cypher.mjs --check  exits 1 when either differs from what the queries say
//
// A query file is one statement under a header of `// @tag` lines; a comment line without a tag continues the
// tag above it. `@mask` declares the parameters of a mask. `stratome.NAME(x)` stands for cypher/fragments/NAME.cypher,
// whose one variable is named in the table below: what several statements have to say alike. Types: Int64 Int32 Float String Boolean Point Map List<T> {name T, …}, and T? where null may stand.
import { readdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const queryFolder = join(root, 'cypher/queries');
const fragmentFolder = join(root, 'cypher/fragments');
const wrapperFile = join(root, 'libs/connectome/src/generated/queries.ts');
const indexFile = join(root, 'cypher/README.md');

const scalars = {
  Int64: ['bigint', 't.int64'],
  Int32: ['number', 't.int32'],
  Float: ['number', 't.float'],
  String: ['string', 't.string'],
  Boolean: ['boolean', 't.boolean'],
  Point: ['Point', 't.point'],
  Map: ['PropertyMap', 't.map'],
};

class HeaderError extends Error {}

/** What a mask leaves out: the parameters of a query with `@mask`. */
const maskParameters = [
  'maskedCells List<String>? synapses in these quality cells do not count; flaggedCells gives those under flags',
  'minConfidence Float? weights are recounted from synapses of at least this confidence, 0 to 1',
];

/** The variable that a fragment is about. */
const fragmentVariables = {
  weightUnderMask: 'connection',
  countsUnderMask: 'connection',
  sitesUnderMask: 'connection',
  mayCount: 'connection',
  regionsOfNeuron: 'neuron',
  outsideMask: 'site',
  isCounted: 'site',
  isCountedAt: 'site',
  contactsAt: 'connection',
  weightAt: 'connection',
  countsAt: 'connection',
  linksFrom: 'body',
  linksInto: 'body',
  sitesLeftAt: 'body',
  outgoingAt: 'body',
  incomingAt: 'body',
  provenanceOf: 'sources',
  triadsOf: 'has',
  sitesOfAt: 'body',
  marginAround: 'body',
};

/**
 * Puts fragments in the place of their names; fragments may name others. What stands under `// @unmasked` in a fragment
 * is what it comes to where no mask is given.
 */
function withFragments(text, masked = true) {
  return text.replace(/stratome\.(\w+)\((\w*)\)/g, (_, name, given) => {
    const file = join(fragmentFolder, `${name}.cypher`);
    if (!existsSync(file)) throw new HeaderError(`there is no fragment ${name}`);
    const [whole, unmasked = whole] = readFileSync(file, 'utf8').split('// @unmasked\n');
    const body = (masked ? whole : unmasked)
      .split('\n')
      .filter((line) => !line.startsWith('//'))
      .join('\n')
      .trim();
    const variable = fragmentVariables[name];
    return withFragments(variable ? body.replace(new RegExp(`\\b${variable}\\b`, 'g'), given) : body, masked);
  });
}

/** Reads one type from the front of `text`; returns its TypeScript form, its codec and what follows it. */
export function parseType(text) {
  const source = text.trimStart();
  let parsed;
  if (source.startsWith('List<')) {
    const inner = parseType(source.slice(5));
    const rest = inner.rest.trimStart();
    if (!rest.startsWith('>')) throw new HeaderError(`"${source}" lacks a closing >`);
    parsed = { ts: `readonly ${wrap(inner.ts)}[]`, codec: `t.list(${inner.codec})`, rest: rest.slice(1) };
  } else if (source.startsWith('{')) {
    parsed = parseStruct(source);
  } else {
    const name = /^[A-Za-z0-9]+/.exec(source)?.[0];
    if (!name || !(name in scalars)) throw new HeaderError(`"${source.slice(0, 40)}" is no known type`);
    const [ts, codec] = scalars[name];
    parsed = { ts, codec, rest: source.slice(name.length) };
  }
  if (!parsed.rest.startsWith('?')) return parsed;
  return { ts: `${parsed.ts} | null`, codec: `t.optional(${parsed.codec})`, rest: parsed.rest.slice(1) };
}

const wrap = (ts) => (/[ |]/.test(ts) && !ts.startsWith('{') ? `(${ts})` : ts);

function parseStruct(source) {
  const fields = [];
  let rest = source.slice(1);
  for (;;) {
    const name = /^\s*([A-Za-z_]\w*)\s+/.exec(rest);
    if (!name) throw new HeaderError(`"${rest.slice(0, 40)}" is no field`);
    const type = parseType(rest.slice(name[0].length));
    fields.push([name[1], type]);
    rest = type.rest.trimStart();
    if (rest.startsWith('}')) break;
    if (!rest.startsWith(',')) throw new HeaderError(`"${rest.slice(0, 40)}" should be , or }`);
    rest = rest.slice(1);
  }
  const ts = fields.map(([name, type]) => `readonly ${name}: ${type.ts}`).join('; ');
  const codec = fields.map(([name, type]) => `${name}: ${type.codec}`).join(', ');
  return { ts: `{ ${ts} }`, codec: `t.struct({ ${codec} })`, rest: rest.slice(1) };
}

/** Parameters a statement uses, with comments, strings and quoted names left out of the search. */
export function usedParameters(statement) {
  const bare = statement
    .replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`/g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '');
  return new Set([...bare.matchAll(/\$([A-Za-z_]\w*)/g)].map((match) => match[1]));
}

function readTags(lines) {
  const tags = [];
  for (const line of lines) {
    const text = line.replace(/^\/\/ ?/, '');
    const tag = /^@(\w+)\s*(.*)$/.exec(text);
    if (tag) tags.push([tag[1], tag[2]]);
    else if (tags.length === 0) throw new HeaderError('the header must begin with @name');
    else tags[tags.length - 1][1] += ` ${text.trim()}`;
  }
  return tags;
}

function parseField(text) {
  const name = /^([A-Za-z_]\w*)\s+/.exec(text);
  if (!name) throw new HeaderError(`"${text}" should be: name Type description`);
  const type = parseType(text.slice(name[0].length));
  return { name: name[1], ts: type.ts, codec: type.codec, note: type.rest.trim() };
}

/** @returns fields of `name Type, name Type` */
function parseReturns(text) {
  const fields = [];
  let rest = text;
  while (rest.trim() !== '') {
    const name = /^\s*([A-Za-z_]\w*)\s+/.exec(rest);
    if (!name) throw new HeaderError(`"${rest}" in @returns should be: name Type`);
    const type = parseType(rest.slice(name[0].length));
    fields.push({ name: name[1], ts: type.ts, codec: type.codec, note: '' });
    const after = type.rest.trimStart();
    if (after !== '' && !after.startsWith(','))
      throw new HeaderError(`"${after}" in @returns should begin with ,`);
    rest = after.slice(1);
  }
  return fields;
}

/** Reads one query file. @throws HeaderError naming what is wrong. */
export function parseQuery(fileName, source) {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const query = { params: [], returns: [], scans: [], name: '', summary: '', mode: '' };
  for (const [tag, text] of readTags(lines.slice(0, end))) {
    if (tag === 'param') query.params.push(parseField(text));
    else if (tag === 'returns') query.returns.push(...parseReturns(text));
    else if (tag === 'mask') {
      query.params.push(...maskParameters.map(parseField));
      query.masked = true;
    } else if (tag === 'scan') query.scans.push(...text.split(/\s+/)[0].split(','));
    else if (['name', 'summary', 'mode'].includes(tag)) query[tag] = text.trim();
    else throw new HeaderError(`@${tag} is no known tag`);
  }
  const statement = lines.slice(end).join('\n').trim();
  query.text = withFragments(statement);
  // Neo4j plans a statement for all values of its parameters: without a mask, one that knows none is faster.
  if (query.masked) query.unmasked = withFragments(statement, false);
  checkQuery(fileName, query);
  return query;
}

function checkQuery(fileName, query) {
  if (query.name !== fileName.replace(/\.cypher$/, ''))
    throw new HeaderError(`@name should be the file's name`);
  if (!['read', 'write'].includes(query.mode)) throw new HeaderError('@mode should be read or write');
  if (query.summary === '') throw new HeaderError('@summary is missing');
  if (query.returns.length === 0) throw new HeaderError('@returns is missing');
  if (query.text.includes(';')) throw new HeaderError('one statement a file, without ;');
  const declared = new Set(query.params.map((param) => param.name));
  const used = usedParameters(query.text);
  for (const name of used)
    if (!declared.has(name)) throw new HeaderError(`$${name} is used but not declared`);
  for (const name of declared)
    if (!used.has(name)) throw new HeaderError(`$${name} is declared but not used`);
}

const capital = (name) => name[0].toUpperCase() + name.slice(1);

function renderInterface(name, fields) {
  const members = fields.map((field) => {
    const note = field.note === '' ? '' : `/** ${field.note} */\n`;
    const optional = field.ts.endsWith('| null') && name.endsWith('Params') ? '?' : '';
    return `${note}readonly ${field.name}${optional}: ${field.ts};`;
  });
  return `export interface ${name} {\n${members.join('\n')}\n}`;
}

function renderQuery(query) {
  const type = capital(query.name);
  const codecs = (fields) => `{ ${fields.map((field) => `${field.name}: ${field.codec}`).join(', ')} }`;
  const literal = (text) =>
    `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;
  return `${renderInterface(`${type}Params`, query.params)}
${renderInterface(`${type}Row`, query.returns)}
/** ${query.summary} */
export const ${query.name} = defineQuery<${type}Params, ${type}Row>({
  name: '${query.name}', mode: '${query.mode}', summary: ${JSON.stringify(query.summary)},
  scans: ${JSON.stringify(query.scans)},
  params: ${codecs(query.params)},
  returns: ${codecs(query.returns)},
  text: ${literal(query.text)},${query.unmasked === undefined ? '' : `\n  unmasked: ${literal(query.unmasked)},`}
});
`;
}

function renderWrappers(queries) {
  const uses = (name) => queries.some((q) => [...q.params, ...q.returns].some((f) => f.ts.includes(name)));
  const types = ['Point', 'PropertyMap'].filter(uses).map((name) => `type ${name}`);
  return `// Generated by scripts/generate-cypher.mjs from cypher/queries; edit those.
import { ${['defineQuery', 't', ...types, 'type Query'].join(', ')} } from '../cypherTypes.js';

${queries.map(renderQuery).join('\n')}
/** Every query, by name. */
export const allQueries: readonly Query<never, object>[] = [
  ${queries.map((query) => query.name).join(',\n  ')},
] as unknown as readonly Query<never, object>[];
`;
}

function renderIndex(queries) {
  const row = (query) =>
    `| [${query.name}](queries/${query.name}.cypher) | ${query.summary.replaceAll('|', '\\|')} | ${query.params
      .map((param) => `\`${param.name}\``)
      .join(', ')} |`;
  const table = (mode) =>
    ['| query | what it answers or does | parameters |', '|---|---|---|']
      .concat(queries.filter((query) => query.mode === mode).map(row))
      .join('\n');
  return `<!-- Generated by scripts/generate-cypher.mjs; edit the headers in queries/. -->

# Cypher

\`migrations/\` holds the schema: append-only, checksummed, recorded in the graph (see [docs/graph.md](../docs/graph.md)).
\`queries/\` holds one statement a file. Every one takes \`$dataset\` where it touches a dataset, is EXPLAINed and run
in the tests, and has a typed wrapper of the same name in \`@stratome/connectome\`. \`stratome.NAME(x)\` in a file
stands for the text of \`fragments/NAME.cypher\`; the wrappers hold statements whole, and those that know masks a second time
for questions without one (what stands under \`// @unmasked\` in a fragment).

Queries with \`maskedCells\` and \`minConfidence\` answer under a mask: weights are recounted from the synapses that are
left. \`npx stratome query NAME --mask-flagged exclude\` fills \`maskedCells\` with the cells under flags.

## Reading

${table('read')}

## Writing

Keyed and idempotent: a replay changes nothing.

${table('write')}
`;
}

async function outputs() {
  const files = readdirSync(queryFolder)
    .filter((name) => name.endsWith('.cypher'))
    .sort();
  const queries = files.map((name) => {
    try {
      return parseQuery(name, readFileSync(join(queryFolder, name), 'utf8'));
    } catch (error) {
      if (!(error instanceof HeaderError)) throw error;
      throw new HeaderError(`cypher/queries/${name}: ${error.message}`);
    }
  });
  const options = (await resolveConfig(wrapperFile)) ?? {};
  return [
    [wrapperFile, await format(renderWrappers(queries), { ...options, parser: 'typescript' })],
    [indexFile, await format(renderIndex(queries), { ...options, parser: 'markdown' })],
  ];
}

async function main() {
  const check = process.argv.includes('--check');
  const stale = [];
  for (const [file, text] of await outputs()) {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (check) stale.push(file);
    else writeFileSync(file, text);
  }
  if (stale.length === 0) return;
  console.error(`Out of date: ${stale.join(', ')}. Run node scripts/generate-cypher.mjs.`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error instanceof HeaderError ? error.message : error);
    process.exitCode = 1;
  });
}
