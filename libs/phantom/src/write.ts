/**
 * Writes a phantom without the rest of Stratome:
 *
 *     node libs/phantom/dist/write.js --out DIR [--seed N] [--variant isotropic|anisotropic]
 *                                     [--shape z,y,x] [--volume-only] [--set NAME=VALUE …]
 */
import { parseArgs } from 'node:util';
import { badInput, isStratomeError } from '@stratome/core';
import type { PhantomParametersInput } from './parameters.js';
import { writePhantom } from './write-phantom.js';

function readArguments(): { out: string; input: PhantomParametersInput } {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      seed: { type: 'string' },
      variant: { type: 'string' },
      shape: { type: 'string' },
      set: { type: 'string', multiple: true },
      'volume-only': { type: 'boolean' },
    },
  });
  if (!values.out) throw badInput('No directory is given.', 'Add --out DIR.');
  const input: Record<string, unknown> = {};
  if (values.seed) input.seed = Number(values.seed);
  if (values.variant) input.variant = values.variant;
  if (values.shape) input.shape = values.shape.split(',').map(Number);
  if (values['volume-only']) input.tiles = false;
  for (const pair of values.set ?? []) {
    const [name, value] = pair.split('=');
    input[name] = JSON.parse(value);
  }
  return { out: values.out, input: input as PhantomParametersInput };
}

try {
  const { out, input } = readArguments();
  const started = performance.now();
  const summary = await writePhantom(out, input);
  console.log(JSON.stringify({ ...summary, seconds: Math.round((performance.now() - started) / 100) / 10 }));
} catch (error) {
  console.error(isStratomeError(error) ? error.sentence : error);
  process.exitCode = isStratomeError(error) ? error.exitCode : 1;
}
