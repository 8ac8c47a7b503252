import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { badInput, type Vec3 } from '@stratome/core';
import { tinyPhantom, writePhantom, type PhantomParametersInput, type Variant } from '@stratome/phantom';
import { runs } from '../action.js';
import { seedOption, shapeOption, variantOption } from '../options.js';

interface PhantomOptions {
  out: string;
  seed?: number;
  variant?: Variant;
  shape?: Vec3;
  tiles: boolean;
  tiny?: true;
  parameters?: PhantomParametersInput;
}

function parseParameters(text: string): PhantomParametersInput {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // said below
  }
  throw badInput('--parameters is not a JSON object.', `Write something like '{"vessels": 0}'.`);
}

/** Only what was given, so that every default stays where it is defined. */
function parametersFrom({
  seed,
  variant,
  shape,
  tiles,
  tiny,
  parameters,
}: PhantomOptions): PhantomParametersInput {
  return {
    ...(tiny ? tinyPhantom : {}),
    ...parameters,
    ...(seed !== undefined && { seed }),
    ...(variant !== undefined && { variant }),
    ...(shape !== undefined && { shape: [shape[0], shape[1], shape[2]] as [number, number, number] }),
    ...(tiles ? {} : { tiles: false }),
  };
}

const titles = { tissue: 'tissue', truth: 'truth', tiles: 'tiles' } as const;

export function definePhantom(command: Command): Command {
  command
    .requiredOption('--out <dir>', 'folder to write tiles, manifest and truth to')
    .addOption(seedOption())
    .addOption(variantOption())
    .addOption(shapeOption('tissue volume, voxels'))
    .option('--tiny', 'a small one, for tests')
    .option('--no-tiles', 'write the volume and its truth, no tiles')
    .addOption(
      new Option('--parameters <json>', 'further parameters, see docs/phantom.md').argParser(parseParameters),
    );
  return runs<PhantomOptions>(command, async (_args, options, { progress }) => {
    const summary = await writePhantom(resolve(options.out), parametersFrom(options), (step, done, total) =>
      progress.update({ stage: titles[step], done, total, unit: step === 'tiles' ? 'tiles' : 'steps' }),
    );
    const { written, directory, neurons, synapses, tiles } = summary;
    const text = `${written ? 'Wrote' : 'Found'} ${tiles} tiles with ${neurons} neurons and ${synapses} synapses in ${directory}.`;
    return { json: summary, text };
  });
}
