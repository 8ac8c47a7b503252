import { diagnoseDataset } from '@stratome/api';
import { parseBox, type Box } from '@stratome/core';
import { diagnosisParameters } from '@stratome/diagnostics';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { describeDiagnosis, diagnosisJson } from '../display/diagnosis.js';
import { wholeNumber } from '../options.js';
import { tryDiagnosis } from '../run/counterfactual.js';
import { withRunningServers } from '../session.js';

interface DiagnoseOptions {
  region?: Box;
  against?: Box;
  permutations?: number;
  confirm?: true;
}

export function defineDiagnose(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .option(
      '--region <box>',
      'what to explain: z0,y0,x0:z1,y1,x1 in voxels; looked for when left out',
      parseBox,
    )
    .option('--against <box>', 'what to compare it with; all the rest when left out', parseBox)
    .option(
      '--permutations <count>',
      'permutations of blocks',
      wholeNumber('number of permutations', 99, 100_000),
    )
    .option(
      '--confirm',
      'make the region again as the rest was made, storing nothing, and say whether that takes the effect away',
    );
  return runs<DiagnoseOptions>(command, async ([dataset], options, console) => {
    const { region, against, permutations, confirm } = options;
    const asked = { dataset, against, parameters: diagnosisParameters.parse({ permutations }) };
    return withRunningServers(async (session) => {
      const report = await diagnoseDataset(session.graph, { ...asked, region });
      const tried = confirm && (await tryDiagnosis(session, asked, report, console));
      return {
        json: diagnosisJson(report, tried),
        text: describeDiagnosis(dataset, report, tried),
      };
    });
  });
}
