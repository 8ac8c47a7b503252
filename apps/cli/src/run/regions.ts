import { readFile } from 'node:fs/promises';
import { badInput, notFound } from '@stratome/core';
import { parseRunParameters, type RunParameters } from '@stratome/reconstruction-worker';

/** How the option is written that takes away what holds in regions. */
const none = 'none';

/**
 * The parameters of a run with those of regions from a file: a JSON list as `reprocess --json` prints it.
 *
 * @param file undefined leaves the regions to the dataset; `none` takes away all that it has
 * @throws StratomeError notFound for a file that is not there; badInput for one that is no list of regions
 */
export async function withRegionsFrom(
  file: string | undefined,
  parameters: RunParameters,
): Promise<RunParameters> {
  if (file === undefined) return parameters;
  if (file === none) return { ...parameters, regions: [] };
  const text = await readFile(file, 'utf8').catch(() => {
    throw notFound(`There is no file ${file}.`, `Write --regions FILE, or --regions ${none}.`);
  });
  let regions: unknown;
  try {
    regions = JSON.parse(text);
  } catch {
    throw badInput(`${file} is not JSON.`, 'Write a list of {"box": {"begin", "end"}, "set": {…}}.');
  }
  return { ...parseRunParameters({ ...parameters, regions }) };
}
