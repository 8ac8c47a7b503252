import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Root of the checkout or of the installed release. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

export const releaseVersion = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
