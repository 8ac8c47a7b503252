import { readFileSync } from 'node:fs';

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
