import { resolve } from 'node:path';
import { variants, writePhantom, type Variant } from '@stratome/phantom';
import { Option, type Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { parseSeed, withJson } from '../options.js';
import { phantomNotes, phantomParametersFor } from '../run/sources.js';

interface PhantomOptions {
  out: string;
  seed?: number;
  variant?: Variant;
  tiny?: true;
  json?: boolean;
}

export const variantOption = () => new Option('--variant <variant>', 'voxels of the phantom').choices(variants);

export function registerPhantom(program: Command): void {
  withJson(program.command('phantom'))
    .description('write synthetic tissue with its complete truth')
    .requiredOption('--out <dir>', 'folder for tiles and truth')
    .option('--seed <n>', 'seed of all random numbers', parseSeed)
    .addOption(variantOption())
    .option('--tiny', 'a small one, for tests')
    .action(async ({ out, json = false, ...choice }: PhantomOptions) => {
      const note = displayFor(json).note;
      const summary = await writePhantom(resolve(out), phantomParametersFor(choice), phantomNotes(note));
      if (json) return console.log(JSON.stringify(summary));
      const { directory, bodies, neurons, synapses, tiles, written } = summary;
      console.log(
        `${directory}: ${tiles} tiles, ${bodies} bodies (${neurons} neurons), ${synapses} synapses${written ? '' : '; it was there already'}`,
      );
    });
}
