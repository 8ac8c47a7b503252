/** Another version of the affinity network: the same with its weights disturbed by seed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashBytes, seededRandom } from '@stratome/core';
import { cacheFolder } from './bases.mjs';

const source = join(import.meta.dirname, '..', '..', 'models', 'affinities-iso-10nm');

/** A varint of a protocol buffer and the place after it. */
function varint(bytes, at) {
  let [value, shift] = [0, 1];
  for (;;) {
    const byte = bytes[at++];
    value += (byte & 127) * shift;
    if (byte < 128) return [value, at];
    shift *= 128;
  }
}

/** Fields of a protocol-buffer message in bytes[from … to): number, and for nested ones begin and end. */
function* fieldsOf(bytes, from, to) {
  for (let at = from; at < to; ) {
    const [tag, afterTag] = varint(bytes, at);
    const [number, type] = [tag >> 3, tag & 7];
    if (type === 2) {
      const [length, begin] = varint(bytes, afterTag);
      yield { number, begin, end: begin + length };
      at = begin + length;
    } else if (type === 0) at = varint(bytes, afterTag)[1];
    else at = afterTag + (type === 1 ? 8 : 4);
  }
}

/** Places of the float32 weights in an ONNX file: graph (7), initializer (5), raw_data (9). */
function* weightsIn(bytes) {
  for (const graph of fieldsOf(bytes, 0, bytes.length)) {
    if (graph.number !== 7) continue;
    for (const tensor of fieldsOf(bytes, graph.begin, graph.end)) {
      if (tensor.number !== 5) continue;
      for (const data of fieldsOf(bytes, tensor.begin, tensor.end)) if (data.number === 9) yield data;
    }
  }
}

/**
 * Writes the model with each weight multiplied by 1 + `spread` · (standard normal), once per spread and seed.
 * @returns its folder
 */
export async function perturbedModel(spread, seed) {
  const folder = join(cacheFolder, `model-${spread.toFixed(4)}-${seed}`);
  const bytes = Buffer.from(readFileSync(join(source, 'model.onnx')));
  const random = seededRandom(`model/${seed}`);
  for (const { begin, end } of weightsIn(bytes)) {
    if (end - begin < 256) continue;
    for (let at = begin; at + 4 <= end; at += 4)
      bytes.writeFloatLE(bytes.readFloatLE(at) * (1 + spread * random.normal()), at);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), bytes);
  const card = JSON.parse(readFileSync(join(source, 'model.json'), 'utf8'));
  writeFileSync(
    join(folder, 'model.json'),
    JSON.stringify({ ...card, version: `0.0.${seed}`, sha256: hashBytes(bytes) }),
  );
  return folder;
}
