import { Option, type Command } from 'commander';
import { formatBox, parseBox, type Box } from '@stratome/core';
import { runs } from '../action.js';
import { formatCount } from '../display/units.js';
import { compareLabels, type LabelComparison } from '../segmentation/compare-labels.js';
import { openLabels, type LabelVolume } from '../segmentation/label-volume.js';

interface EvaluateOptions {
  box?: Box;
}

function describe(segmentation: LabelVolume, truth: LabelVolume, result: LabelComparison): string {
  const { box, voi, adaptedRandError, randF, randPrecision, randRecall, voxels, bodies, segments } = result;
  const sections = (volume: LabelVolume) =>
    `${box.end[0] - box.begin[0]} of ${volume.shape[0]} sections of ${volume.path}`;
  const [split, merge, sum] = [voi.split, voi.merge, voi.split + voi.merge].map((bits) => bits.toFixed(3));
  const [error, f, precision, recall] = [adaptedRandError, randF, randPrecision, randRecall].map((v) =>
    v.toFixed(4),
  );
  return [
    `compared  ${formatBox(box)} (${sections(segmentation)}, ${sections(truth)})`,
    `voxels    ${formatCount(voxels)} with truth, ${bodies} bodies, ${segments} segments`,
    `VI        split ${split}, merge ${merge}, sum ${sum} bits`,
    `Rand      adapted error ${error}, F ${f} (precision ${precision}, recall ${recall})`,
  ].join('\n');
}

export function defineEvaluate(command: Command): Command {
  command
    .argument('<file>', 'the segmentation, a zarr or N5 folder')
    .argument('<truth>', 'a zarr or N5 folder, or NAME.json beside NAME.raw.gz; may have fewer sections')
    .addOption(
      new Option(
        '--box <z0,y0,x0:z1,y1,x1>',
        'compare only this box, voxels, such as one that no model saw',
      ).argParser(parseBox),
    );
  return runs<EvaluateOptions>(command, async ([file, truthPath], { box }) => {
    const [segmentation, truth] = [await openLabels(file), await openLabels(truthPath)];
    const result = await compareLabels(segmentation, truth, box);
    return { json: { file, truth: truthPath, ...result }, text: describe(segmentation, truth, result) };
  });
}
