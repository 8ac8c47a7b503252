import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished, pipeline } from 'node:stream/promises';
import type { ExportKind, ExportTable, ExportValue, RowSink } from './exportTable.js';

/** Text written to a file, no faster than the disk takes it. */
export class TextFile {
  private readonly stream: WriteStream;

  constructor(path: string) {
    this.stream = createWriteStream(path, { flags: 'wx' });
  }

  async write(text: string): Promise<void> {
    if (text !== '' && !this.stream.write(text)) await once(this.stream, 'drain');
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}

/** Names of columns as Neo4j's import, and neuPrint's CSV files with it, has them. */
const importNames: Record<string, string> = {
  bodyId: ':ID(Body-ID)',
  bodyId_pre: ':START_ID(Body-ID)',
  bodyId_post: ':END_ID(Body-ID)',
};
const importTypes = { int64: ':long', float: ':double', text: ':string' } as const;

/** Ids, labels and types of relationships have no type; a type of its own says that a body is no id of the row. */
function headerOf(name: string, kind: ExportKind, type: string | undefined): string {
  const own = type === undefined ? importNames[name] : undefined;
  const header =
    own ?? (name.startsWith(':') ? name : `${name}${type === undefined ? importTypes[kind] : `:${type}`}`);
  return /[",]/.test(header) ? `"${header.replaceAll('"', '""')}"` : header;
}

const quoted = (value: ExportValue): string =>
  value === null ? '' : typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);

/** A CSV file with a header in the layout of neuPrint's import. */
export async function csvSink(path: string, { columns }: ExportTable): Promise<RowSink> {
  const file = new TextFile(path);
  const header = columns.map(([name, kind, type]) => headerOf(name, kind, type));
  await file.write(`${header.join(',')}\n`);
  return {
    write: (rows) => file.write(rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')),
    close: () => file.close(),
  };
}

// Characters that XML cannot hold are left out.
// oxlint-disable-next-line no-control-regex
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (value: ExportValue) =>
  String(value)
    .replaceAll(notXml, '')
    .replaceAll(/[&<>"]/g, (character) => escapes[character]);

const xmlTypes = { int64: 'long', float: 'double', text: 'string' } as const;

/** Properties of a node or an edge, those that are there. */
const dataOf = ({ columns }: ExportTable, row: readonly ExportValue[], from: number, prefix: string) =>
  columns
    .map(([name], i) =>
      i < from || row[i] === null || row[i] === ''
        ? ''
        : `<data key="${prefix}${name}">${xml(row[i])}</data>`,
    )
    .join('');

/**
 * One GraphML file of both tables. Readers want nodes before edges, so edges wait in a file of their own until the
 * last node is written.
 */
export async function graphmlSinks(
  path: string,
  neurons: ExportTable,
  connections: ExportTable,
): Promise<{ neurons: RowSink; connections: RowSink }> {
  const waiting = `${path}.edges`;
  const [nodeFile, edgeFile] = [new TextFile(path), new TextFile(waiting)];
  const keys = (table: ExportTable, domain: string, prefix: string, from: number) =>
    table.columns
      .slice(from)
      .map(
        ([name, kind]) =>
          `<key id="${prefix}${name}" for="${domain}" attr.name="${name}" attr.type="${xmlTypes[kind]}"/>\n`,
      )
      .join('');
  await nodeFile.write(
    '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n' +
      `${keys(neurons, 'node', 'n', 0)}${keys(connections, 'edge', 'e', 2)}<graph edgedefault="directed">\n`,
  );
  return {
    neurons: {
      write: (rows) =>
        nodeFile.write(
          rows.map((row) => `<node id="${row[0]}">${dataOf(neurons, row, 0, 'n')}</node>\n`).join(''),
        ),
      close: () => nodeFile.close(),
    },
    connections: {
      write: (rows) =>
        edgeFile.write(
          rows
            .map(
              (row) =>
                `<edge source="${row[0]}" target="${row[1]}">${dataOf(connections, row, 2, 'e')}</edge>\n`,
            )
            .join(''),
        ),
      close: async () => {
        await edgeFile.write('</graph>\n</graphml>\n');
        await edgeFile.close();
        await pipeline(createReadStream(waiting), createWriteStream(path, { flags: 'a' }));
        await rm(waiting);
      },
    },
  };
}
