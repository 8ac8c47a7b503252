import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { badInput, type Vec3 } from '@stratome/core';
import { runParametersFrom } from '@stratome/reconstruction-worker';
import { runs } from '../action.js';
import { setOption, voxelNmOption, wholeNumber } from '../options.js';
import { formatDuration } from '../progress-display.js';
import { LocalProgress } from '../segmentation/local-progress.js';
import { segmentFolder } from '../segmentation/segment-folder.js';

interface SegmentOptions {
  input: string;
  voxelNm?: Vec3;
  out: string;
  set: string[];
  threads: number;
  force?: true;
}

/** @throws badInput for a parameter of another stage, which would have no effect */
function segmentationSettings(settings: readonly string[]): readonly string[] {
  const other = settings.find((setting) => !setting.startsWith('segmentation.'));
  if (other === undefined) return settings;
  throw badInput(
    `"${other}" does not set a parameter of the segmentation.`,
    'Write --set segmentation.name=value; npx stratome run --parameters lists them.',
  );
}

const threadsOption = () =>
  new Option('--threads <count>', 'threads that predict')
    .argParser(wholeNumber('number of threads', 1, 256))
    .default(availableParallelism(), 'one a core');

export function defineSegment(command: Command): Command {
  command
    .requiredOption('--input <dir>', 'numbered sections (PNG, TIFF, JPEG), already aligned')
    .addOption(voxelNmOption())
    .requiredOption('--out <file.zarr>', 'the volume to write')
    .addOption(setOption())
    .addOption(threadsOption())
    .option('--force', 'replace a volume that is there');
  return runs<SegmentOptions>(
    command,
    async (_args, { out, set, force = false, ...options }, { progress }) => {
      const parameters = runParametersFrom(segmentationSettings(set));
      const request = { ...options, out: resolve(out), force, parameters };
      const report = await segmentFolder(request, new LocalProgress(progress));
      const { shape, voxelNm, segments, hash, model, seconds } = report;
      const text = [
        `${out}: ${segments} segments in ${shape.join('×')} voxels of ${voxelNm.join('×')} nm`,
        `by ${model.id} ${model.version} in ${formatDuration(seconds)}; hash ${hash}`,
      ].join(' ');
      return { json: report, text };
    },
  );
}
