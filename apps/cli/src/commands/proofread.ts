import { formatPoint } from '@stratome/annotations';
import { Catalogue, datasetQueue, GraphReader, PastFlags, type DatasetQueue } from '@stratome/api';
import { parseBox, type Box } from '@stratome/core';
import { Option, type Command } from 'commander';
import { runs } from '../action.js';
import { wholeNumber } from '../options.js';
import { expectedApiUrl } from '../serving/port.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';

interface ProofreadOptions {
  region?: Box;
  limit: number;
}

/** The queue as JSON: ids as text, places z, y, x. */
const plain = ({ dataset, revision, total, items }: DatasetQueue) => ({
  dataset,
  revision: String(revision),
  total,
  items: items.map((item) => ({
    ...item,
    bodies: item.bodies.map(String),
    synapseId: item.synapseId === null ? null : String(item.synapseId),
  })),
});

const titles = ['What', 'At z,y,x', 'Bodies', 'P(error)', 'Synapses', 'Gain', 'Why'];

function describe({ dataset, revision, total, items }: DatasetQueue): string {
  if (items.length === 0) return `There is nothing to look at in ${dataset} at revision ${revision}.`;
  const rows = items.map((item) => [
    item.kind,
    formatPoint(item.location),
    item.bodies.join(' '),
    item.probability.toFixed(3),
    item.synapses,
    item.expectedGain.toFixed(2),
    item.evidence.join('; '),
  ]);
  const shown = `${items.length} of ${total} decisions of revision ${revision}, most to be won first; --json has links to the viewer.`;
  return [
    renderTable(
      titles.map((title) => ({ title })),
      rows,
    ),
    shown,
  ].join('\n');
}

export function defineProofread(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .option('--region <box>', 'only what lies in z0,y0,x0:z1,y1,x1, voxels', parseBox)
    .addOption(
      new Option('--limit <count>', 'decisions to list')
        .argParser(wholeNumber('number of decisions', 1, 10_000))
        .default(20),
    );
  return runs<ProofreadOptions>(command, async ([dataset], { region, limit }, console) =>
    withRunningServers(async ({ graph, db, store, home }) => {
      console.note('Reading what the stages decided');
      const catalogue = new Catalogue(db, store, new GraphReader(graph, new PastFlags(graph, db)));
      const origin = await expectedApiUrl(home);
      const queue = await datasetQueue({ graph, db, store, catalogue }, { dataset, region, limit, origin });
      return { json: plain(queue), text: describe(queue) };
    }),
  );
}
