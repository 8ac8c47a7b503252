import { badInput } from '@stratome/core';

interface NumberedFile {
  readonly file: string;
  readonly section: number;
}

/** Runs of digits and of everything else, in turn. */
const runsOf = (name: string): string[] => name.replace(/\.[^.]*$/, '').match(/\d+|\D+/g) ?? [];

const isNumber = (run: string): boolean => /^\d+$/.test(run);

/**
 * Reads the section number out of each file name: the one run of digits that changes from name to name, or
 * the last run where names are not alike.
 *
 * @param files base names of the images; one image alone needs no number and is section 0
 * @returns the files by ascending section number
 * @throws badInput for a name without a number, and for two files of one number
 */
export function numberSections(files: readonly string[]): NumberedFile[] {
  if (files.length === 1) return [{ file: files[0], section: lastNumber(files[0]) ?? 0 }];
  const runs = files.map(runsOf);
  const alike = runs.every(
    (r) => r.length === runs[0].length && r.every((text, k) => isNumber(text) || text === runs[0][k]),
  );
  const changing = alike
    ? runs[0].flatMap((text, k) => (isNumber(text) && runs.some((r) => r[k] !== text) ? [k] : []))
    : [];
  const numbered = files.map((file, i) => {
    const section = changing.length > 0 ? Number(runs[i][changing[changing.length - 1]]) : lastNumber(file);
    if (section === undefined)
      throw badInput(
        `The file name "${file}" holds no section number.`,
        'Number the sections, e.g. section_0001.tif.',
      );
    return { file, section };
  });
  numbered.sort((a, b) => a.section - b.section || (a.file < b.file ? -1 : 1));
  numbered.forEach(({ file, section }, i) => {
    if (i > 0 && numbered[i - 1].section === section)
      throw badInput(
        `"${numbered[i - 1].file}" and "${file}" are both section ${section}.`,
        'Keep one image a section, or describe the tiles in a manifest.',
      );
  });
  return numbered;
}

function lastNumber(file: string): number | undefined {
  const run = runsOf(file).filter(isNumber).at(-1);
  return run === undefined ? undefined : Number(run);
}
