// Writes apps/api/schema.graphql from the compiled API; --check exits 1 when the file differs from it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaText } from '../apps/api/dist/graphql/schema.js';

const file = fileURLToPath(new URL('../apps/api/schema.graphql', import.meta.url));
const text = await schemaText();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is out of date. Run node scripts/emit-schema.mjs.`);
  process.exitCode = 1;
}
