import { badInput } from '@stratome/core';
import { z } from 'zod';

const row = z.object({
  section: z.coerce.number().int(),
  file: z.string().min(1),
  y: z.coerce.number(),
  x: z.coerce.number(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'not a SHA-256 in hex')
    .optional(),
});

export type TileRow = z.infer<typeof row>;

/** Splits a line of CSV; a field in double quotes may hold commas and doubled quotes. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    fields.push(match[1] === undefined ? match[2].trim() : match[1].replaceAll('""', '"'));
    if (match[3] === '') break;
  }
  return fields;
}

/**
 * Reads a table of tiles: comma-separated, a header line with the columns section, file, y, x and perhaps
 * sha256, in any order; y and x are stage positions in px.
 *
 * @param source how to name the table in errors
 * @throws badInput naming the line and column
 */
export function readTileTable(text: string, source: string): TileRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = fieldsOf(lines[0]);
  for (const column of ['section', 'file', 'y', 'x'])
    if (!header.includes(column))
      throw badInput(
        `${source} has no column "${column}".`,
        'Its header must name section, file, y, x[, sha256].',
      );
  return lines.slice(1).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const fields = fieldsOf(line);
    const record = Object.fromEntries(
      header.map((name, k) => [name, fields[k] === '' ? undefined : fields[k]]),
    );
    const parsed = row.safeParse(record);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw badInput(
        `${source} line ${i + 2}, column "${issue.path.join('.')}": ${issue.message}.`,
        'Correct the line.',
      );
    }
    return [parsed.data];
  });
}
