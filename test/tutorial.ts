import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The words of a command line as a shell takes them: between blanks, or in single quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|([^\s']+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

/**
 * The `npx stratome` commands of a tutorial, in order: the words after `stratome` of every line of its `sh` blocks,
 * lines that end in a backslash being one with the next.
 */
export async function commandsOf(tutorial: string): Promise<string[][]> {
  const text = await readFile(join(root, 'docs/tutorials', tutorial), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  return blocks
    .join('')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.startsWith('npx stratome '))
    .map((line) => wordsOf(line).slice(2));
}
