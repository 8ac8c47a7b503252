import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { canonicalJson } from '@stratome/core';
import type { ImportedGraph } from './importedGraph.js';
import { neuronRows, type ImportTarget } from './loadGraph.js';

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

// prettier-ignore
const nodeHeader = [
  ':ID', 'dataset', 'bodyId:long', 'class', 'size:long', 'pre:long', 'post:long', 'upstream:long', 'downstream:long',
  'synweight:long', 'status', 'statusLabel', 'type', 'instance', 'roiInfo', 'boxBegin:long[]', 'boxEnd:long[]',
  'revision:long', ':LABEL',
];

function* nodeLines(imported: ImportedGraph, { dataset, status }: ImportTarget): Generator<string> {
  yield `${nodeHeader.join(',')}\n`;
  const labels = ['Segment', 'Neuron'].flatMap((label) => [label, `${dataset}_${label}`]).join(';');
  // Named by their places: the tool takes whole numbers below 2^56 alone.
  let place = 0;
  for (const row of neuronRows(imported, status)) {
    const { bodyId, sizeVoxels, pre, post, upstream, downstream } = row;
    const own = row.status ?? status;
    const texts = [own, own, row.type ?? '', row.instance ?? '', canonicalJson(row.rois ?? {})];
    const numbers = [sizeVoxels, pre, post, upstream, downstream, upstream + downstream];
    // An empty text unquoted is no property.
    const fields = texts.map((text) => (text === '' ? '' : quoted(text)));
    yield `${[place++, dataset, bodyId, 'neurite', ...numbers, ...fields, '0;0;0', '0;0;0', 1, labels].join(',')}\n`;
  }
}

/** Lines are gathered before they are handed on: a stream of millions of small pieces is slow. */
const linesAPiece = 4096;

function* edgeLines({ edges }: ImportedGraph, dataset: string): Generator<string> {
  yield ':START_ID,:END_ID,dataset,weight:long,weightHP:long,weightHR:long,roiInfo,revision:long,:TYPE\n';
  let piece: string[] = [];
  for (let i = 0; i < edges.weights.length; i++) {
    const weight = edges.weights[i];
    const ends = `${edges.sources[i]},${edges.targets[i]}`;
    const regions = edges.roiInfo ? quoted(edges.roiInfo[i]) : '{}';
    piece.push(`${ends},${dataset},${weight},${weight},${weight},${regions},1,ConnectsTo\n`);
    if (piece.length < linesAPiece) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}

/**
 * Writes an imported graph as tables for Neo4j's offline import.
 *
 * @param folder exists
 * @returns the paths of the tables
 */
export async function writeOfflineTables(
  folder: string,
  target: ImportTarget,
  imported: ImportedGraph,
): Promise<{ readonly nodes: string[]; readonly relationships: string[] }> {
  const [nodes, relationships] = ['nodes.csv', 'connections.csv'].map((name) => join(folder, name));
  await pipeline(Readable.from(nodeLines(imported, target)), createWriteStream(nodes));
  await pipeline(Readable.from(edgeLines(imported, target.dataset)), createWriteStream(relationships));
  return { nodes: [nodes], relationships: [relationships] };
}
