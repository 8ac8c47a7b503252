import { Option } from 'commander';
import { flagMasks } from '@stratome/connectome';
import { badInput, type Vec3 } from '@stratome/core';
import { variants } from '@stratome/phantom';

/** What is larger was given in other units or by mistake; the reader of tiles refuses it too. */
const largestVoxelNm = 10_000;

function threeNumbers(text: string): number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length !== 3 || parts.some((part) => !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part)))
    return undefined;
  return parts.map(Number);
}

/**
 * Reads a voxel size `z,y,x` in nanometres.
 * @throws badInput when it is not three numbers above 0 and at most 10,000.
 */
export function parseVoxelNm(text: string): Vec3 {
  const numbers = threeNumbers(text);
  if (!numbers)
    throw badInput(`"${text}" is not a voxel size.`, 'Write z,y,x in nanometres, such as 50,4,4.');
  const wrong = numbers.find((nm) => !(nm > 0 && nm <= largestVoxelNm));
  if (wrong !== undefined) {
    throw badInput(
      `A voxel of ${wrong} nm is impossible (voxel size ${text}).`,
      `Write z,y,x in nanometres, each above 0 and at most ${largestVoxelNm}.`,
    );
  }
  return [numbers[0], numbers[1], numbers[2]];
}

/** Reads a shape or block size `z,y,x` in voxels. @throws badInput unless all three are whole and above 0. */
export function parseShape(text: string): Vec3 {
  const numbers = threeNumbers(text);
  if (!numbers?.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw badInput(`"${text}" is not a shape.`, 'Write z,y,x in voxels, whole numbers above 0.');
  }
  return [numbers[0], numbers[1], numbers[2]];
}

/** A parser for whole numbers of an option. It throws badInput outside `[low, high]`. */
export function wholeNumber(
  what: string,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text.trim()) && value >= low && value <= high) return value;
    throw badInput(`"${text}" is not a ${what}.`, `Use a whole number from ${low} to ${high}.`);
  };
}

/** A number from 0 to 1. @throws badInput */
export function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw badInput(`"${text}" is not from 0 to 1.`, 'Use a number such as 0.5.');
}

export const voxelNmOption = () =>
  new Option('--voxel-nm <z,y,x>', 'voxel size, nanometres').argParser(parseVoxelNm);
export const shapeOption = (description: string) =>
  new Option('--shape <z,y,x>', description).argParser(parseShape);
export const seedOption = () =>
  new Option('--seed <number>', 'seed of all random numbers').argParser(wholeNumber('seed', 0, 0xffffffff));
export const workersOption = () =>
  new Option('--workers <count>', 'worker processes').argParser(wholeNumber('number of workers', 1, 256));
export const variantOption = () => new Option('--variant <name>', 'kind of voxels').choices([...variants]);

/** For options that may be given several times. */
const collect = (text: string, before: string[]): string[] => [...before, text];

export const setOption = () =>
  new Option('--set <group.name=value>', 'a parameter of the run; may be repeated')
    .argParser(collect)
    .default([], 'none');
export const regionsOption = () =>
  new Option(
    '--regions <file>',
    'parameters of regions, a list as reprocess --json prints it; those of the dataset when left out, "none" for none',
  );
export const paramOption = () =>
  new Option('--param <name=value>', 'a parameter of the query; may be repeated')
    .argParser(collect)
    .default([], 'none');

export const maskFlaggedOption = () =>
  new Option(
    '--mask-flagged <flags>',
    'leaves out synapses in cells under flags of severity exclude, or under all flags',
  ).choices([...flagMasks]);

/** Cuts `name=value` pairs at their first equals sign. @throws badInput for one without a name or `=` */
export function parsePairs(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw badInput(`"${pair}" is not a parameter.`, 'Write name=value.');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}
