import { expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

// Test vectors of RFC 3720, appendix B.4.
it.each([
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 255), 0x62a8ab43],
  ['ascending', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
  ['descending', Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
  ['the usual digits', Buffer.from('123456789'), 0xe3069283],
])('gives the CRC-32C of %s', (_, bytes, crc) => expect(crc32c(bytes)).toBe(crc));
