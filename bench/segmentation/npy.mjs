import { readFileSync, writeFileSync } from 'node:fs';

const types = { '|u1': Uint8Array, '<u4': Uint32Array, '<u8': BigUint64Array };

/** Reads a C-ordered .npy file of uint8, uint32 or uint64. -> {data, shape} */
export function readNpy(path) {
  const bytes = readFileSync(path);
  const major = bytes[6];
  const headerAt = major === 1 ? 10 : 12;
  const headerLength = major === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const header = bytes.toString('latin1', headerAt, headerAt + headerLength);
  const descr = /'descr': '([^']+)'/.exec(header)[1];
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)[1]
    .split(',')
    .filter((s) => s.trim() !== '')
    .map(Number);
  if (!types[descr] || header.includes("'fortran_order': True")) throw new Error(`${path}: ${header}`);
  const body = bytes.subarray(headerAt + headerLength);
  return { data: new types[descr](new Uint8Array(body).buffer), shape };
}

/** Writes a typed array of one of those types as a C-ordered .npy file. */
export function writeNpy(path, data, shape) {
  const descr = Object.keys(types).find((key) => data instanceof types[key]);
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.alloc(10 + padded.length, padded, 'latin1');
  head.write('\x93NUMPY\x01\x00', 0, 'latin1');
  head.writeUInt16LE(padded.length, 8);
  head.write(padded, 10, 'latin1');
  writeFileSync(path, head);
  writeFileSync(path, Buffer.from(data.buffer, data.byteOffset, data.byteLength), { flag: 'a' });
}
