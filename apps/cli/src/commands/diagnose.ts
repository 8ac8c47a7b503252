import { diagnoseDataset } from '@stratome/api';
import { parseBox, type Box } from '@stratome/core';
import { diagnosisParameters } from '@stratome/diagnostics';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { describeDiagnosis, diagnosisJson } from '../display/diagnosis.js';
import { wholeNumber } from '../options.js';
import { diagnoseTrying } from '../run/counterfactual.js';
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
      'make the region again as the rest was made, storing nothing, and look further where that does not take the effect away',
    );
  return runs<DiagnoseOptions>(command, async ([dataset], options, console) => {
    const { region, against, permutations, confirm } = options;
    const asked = { dataset, region, against, parameters: diagnosisParameters.parse({ permutations }) };
    return withRunningServers(async (session) => {
      const answer = confirm
        ? await diagnoseTrying(session, asked, console)
        : { report: await diagnoseDataset(session.graph, asked), refuted: [] };
      return { json: diagnosisJson(answer), text: describeDiagnosis(dataset, answer) };
    });
  });
}
