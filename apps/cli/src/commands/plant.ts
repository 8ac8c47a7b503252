import { Option, type Command } from 'commander';
import { badInput, formatBox, parseBox, type Box } from '@stratome/core';
import { runs } from '../action.js';
import { seedOption } from '../options.js';
import { plantableFaults, plantInFolder } from '../planting/plant-folder.js';

interface PlantOptions {
  input: string;
  out: string;
  box?: Box;
  strength: number;
  seed: number;
}

function parseStrength(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw badInput(`"${text}" is not a strength.`, 'Use a number from 0 (hardly visible) to 1.');
}

export function definePlant(command: Command): Command {
  command
    .argument('<fault>', plantableFaults.join(', '))
    .requiredOption('--input <dir>', 'numbered sections (PNG, TIFF, JPEG), or tiles with a manifest')
    .requiredOption('--out <dir>', 'new folder for the images with the fault')
    .option('--box <box>', 'where: z0,y0,x0:z1,y1,x1 in voxels; at a random place when left out', parseBox)
    .addOption(
      new Option('--strength <s>', 'how strong, 0 to 1; docs/faults.md says what it means')
        .argParser(parseStrength)
        .default(0.5),
    )
    .addOption(seedOption().default(1));
  return runs<PlantOptions>(command, async ([fault], options, { progress }) => {
    const planted = await plantInFolder({ fault, ...options }, (done, total) =>
      progress.update({ stage: 'plant', done, total, unit: 'images' }),
    );
    const { changedImages, images, box, sections } = planted;
    const text = [
      `${options.out}: ${fault} in ${formatBox(box)}, sections ${sections[0]} to ${sections[1] - 1};`,
      `${changedImages} of ${images} images changed. fault.json says what was planted.`,
    ].join(' ');
    return { json: { ...planted, out: options.out }, text };
  });
}
