import { badInput, type Vec3 } from '@stratome/core';
import type { Command } from 'commander';

/** Largest voxel edge that is believed, nm. */
const largestVoxelNm = 10_000;

/** Reads `z,y,x` in nanometres. @throws badInput naming the text when an edge is not in (0, 10 000] nm */
export function parseVoxelNm(text: string): Vec3 {
  const parts = text.split(',').map((part) => part.trim());
  const nm = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  if (nm.length === 3 && nm.every((edge) => edge > 0 && edge <= largestVoxelNm)) return [nm[0], nm[1], nm[2]];
  throw badInput(
    `"${text}" is an impossible voxel size.`,
    `Give --voxel-nm z,y,x, three numbers above 0 and up to ${largestVoxelNm} nm, e.g. 40,8,8.`,
  );
}

/** Reads a whole number in [`low`, `high`]. @throws badInput naming the option */
export function parseWhole(text: string, option: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw badInput(`${option} ${text} is out of range.`, `Give a whole number from ${low} to ${high}.`);
}

export const parseSeed = (text: string): number => parseWhole(text, '--seed', 0, 0xffffffff);
export const parseWorkers = (text: string): number => parseWhole(text, '--workers', 1, 64);

/** For options that may be given several times. */
export const collect = (text: string, before: string[]): string[] => [...before, text];

/** Cuts `k=v` pairs. @throws badInput for one without a name or `=` */
export function parsePairs(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw badInput(`"${pair}" is not a parameter.`, 'Write name=value.');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

export const withJson = (command: Command): Command => command.option('--json', 'print one line of JSON');
