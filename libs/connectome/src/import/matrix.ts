import { readFile } from 'node:fs/promises';
import { badInput } from '@stratome/core';
import { strFromU8, unzipSync } from 'fflate';
import type { ImportedGraph } from './importedGraph.js';

const matrixName = /all-all_connectivity_matrix\.csv$/;

/**
 * Reads a square table of weights: ids in the first row and the first column, rows presynaptic. The published larval
 * connectome has this form.
 *
 * @param named how the file is called in a refusal
 * @throws StratomeError badInput naming the line for what is not a square of whole numbers from 0 with equal ids
 */
export function parseMatrix(text: string, named: string): ImportedGraph {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const header = lines[0].split(',').slice(1);
  const order = header
    .map((_, i) => i)
    .sort((a, b) =>
      BigInt(header[a]) < BigInt(header[b]) ? -1 : BigInt(header[a]) > BigInt(header[b]) ? 1 : 0,
    );
  if (lines.length - 1 !== header.length)
    throw badInput(`${named} has ${header.length} columns and ${lines.length - 1} rows.`, 'Give a square.');
  const rows = lines.slice(1).map((line, row) => {
    const [id, ...cells] = line.split(',');
    if (id !== header[row] || cells.length !== header.length) {
      throw badInput(
        `Line ${row + 2} of ${named} is not the row of ${header[row]}.`,
        'Order rows as columns.',
      );
    }
    return cells.map((cell) => {
      const weight = Number(cell);
      if (Number.isInteger(weight) && weight >= 0) return weight;
      throw badInput(`Line ${row + 2} of ${named} has the weight "${cell}".`, 'Write whole numbers from 0.');
    });
  });
  const edges = order.flatMap((row, source) =>
    order.flatMap((column, target) => (rows[row][column] > 0 ? [[source, target, rows[row][column]]] : [])),
  );
  return connectedPart(
    order.map((i) => BigInt(header[i])),
    edges,
  );
}

/** Leaves neurons without a connection out. */
function connectedPart(ids: readonly bigint[], edges: readonly (readonly number[])[]): ImportedGraph {
  const connected = new Set(edges.flatMap(([source, target]) => [source, target]));
  const kept = ids.map((_, i) => i).filter((i) => connected.has(i));
  const position = new Map(kept.map((i, at) => [i, at]));
  return {
    bodyIds: BigInt64Array.from(kept, (i) => ids[i]),
    neurons: kept.map(() => ({})),
    edges: {
      sources: Int32Array.from(edges, ([source]) => position.get(source)!),
      targets: Int32Array.from(edges, ([, target]) => position.get(target)!),
      weights: Int32Array.from(edges, ([, , weight]) => weight),
    },
    unconnected: ids.length - kept.length,
  };
}

/** Reads the matrix of all compartments from the published archive of the larval connectome. */
export async function readMatrixArchive(path: string): Promise<ImportedGraph> {
  const files = unzipSync(new Uint8Array(await readFile(path)), {
    filter: ({ name }) => matrixName.test(name) && !name.startsWith('__MACOSX'),
  });
  const [entry] = Object.entries(files);
  if (!entry) throw badInput(`${path} holds no ${matrixName.source}.`, 'Give an edge list instead.');
  return parseMatrix(strFromU8(entry[1]), `${entry[0]} in ${path}`);
}
