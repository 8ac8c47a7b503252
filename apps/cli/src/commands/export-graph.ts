import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  exportFormats,
  exportGraph,
  queries,
  requireExportFolder,
  type ExportFormat,
  type ExportTarget,
  type FlagMaskName,
} from '@stratome/connectome';
import { badInput, notFound } from '@stratome/core';
import { artifactsAt } from '@stratome/operations';
import { decodeSkeleton, skeletonNodes, swcText } from '@stratome/storage';
import { Option, type Command } from 'commander';
import { runs, type Outcome } from '../action.js';
import { maskFlaggedOption, share, wholeNumber } from '../options.js';
import { withRunningServers, type Session } from '../session.js';

interface ExportOptions {
  format: ExportFormat | 'swc';
  out: string;
  minWeight: number;
  maskFlagged?: FlagMaskName;
  minConfidence?: number;
  synapses?: boolean;
}

type Progress = (done: number, total: number) => void;

/** One SWC file a skeleton, named by the body, in voxels x, y, z. */
async function exportSkeletons(
  { graph, db, store }: Session,
  dataset: string,
  folder: string,
  progress: Progress,
): Promise<Outcome> {
  const found = (await graph.run(queries.datasets, {})).find((row) => row.dataset === dataset);
  if (!found)
    throw notFound(`There is no dataset "${dataset}".`, 'npx stratome status lists those there are.');
  const [x, y, z] = found.voxelSize;
  const skeletons = await artifactsAt(db, dataset, Number(found.revision), 'skeleton');
  if (skeletons.length === 0) throw notFound(`"${dataset}" has no skeletons.`, 'Export its tables.');
  await requireExportFolder(
    folder,
    skeletons.map(({ key }) => `${key}.swc`),
  );
  const partial = await mkdtemp(join(folder, '.export-'));
  try {
    for (const [done, { key, hash }] of skeletons.entries()) {
      const nodes = skeletonNodes(decodeSkeleton(await store.get(hash)), [z, y, x]);
      await writeFile(join(partial, `${key}.swc`), swcText(nodes));
      progress(done + 1, skeletons.length);
    }
    for (const { key } of skeletons) await rename(join(partial, `${key}.swc`), join(folder, `${key}.swc`));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  const revision = Number(found.revision);
  return {
    json: { dataset, revision, format: 'swc', skeletons: skeletons.length, folder },
    text: `${skeletons.length} skeletons of ${dataset} at revision ${revision} in ${folder}`,
  };
}

async function exportTables(
  { graph }: Session,
  dataset: string,
  target: ExportTarget,
  progress: Progress,
): Promise<Outcome> {
  const written = await exportGraph(graph, dataset, target, progress);
  const { format } = target;
  const { neurons, connections, files } = written;
  const [revision, synapses] = [Number(written.revision), Number(written.synapses)];
  return {
    json: { dataset, revision, format, neurons, connections, synapses, files },
    text: [
      `${dataset} at revision ${revision}: ${neurons} neurons, ${connections} connections`,
      ...files,
    ].join('\n'),
  };
}

export function defineExportGraph(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .addOption(
      new Option(
        '--format <kind>',
        'csv is in the layout of neuPrint’s import; swc writes a skeleton a neuron',
      )
        .choices([...exportFormats, 'swc'])
        .default('csv'),
    )
    .addOption(
      new Option(
        '--min-weight <synapses>',
        'connections of fewer are left out; 0 keeps those of low confidence alone',
      )
        .argParser(wholeNumber('number of synapses', 0))
        .default(1),
    )
    .option(
      '--synapses',
      'writes synaptic sites too, in neuPrint’s tables (csv); then all connections are written',
    )
    .addOption(maskFlaggedOption())
    .addOption(
      new Option(
        '--min-confidence <share>',
        'recounts connections from synapses of at least this confidence, 0 to 1',
      ).argParser(share),
    )
    .requiredOption('--out <folder>', 'an existing folder');
  return runs<ExportOptions>(command, async ([dataset], options, { progress }) => {
    const { format, out, minWeight, maskFlagged, minConfidence, synapses } = options;
    if (format === 'swc' && (maskFlagged !== undefined || minConfidence !== undefined))
      throw badInput('Skeletons know no mask.', 'Leave --mask-flagged and --min-confidence out.');
    if (format === 'swc' && synapses)
      throw badInput('Skeletons have no synaptic sites.', 'Say --format csv.');
    const folder = resolve(out);
    const unit = format === 'swc' ? 'skeletons' : 'connections';
    const show = (done: number, total: number) => progress.update({ stage: 'export', done, total, unit });
    return withRunningServers((session) =>
      format === 'swc'
        ? exportSkeletons(session, dataset, folder, show)
        : exportTables(
            session,
            dataset,
            {
              format,
              folder,
              minWeight: BigInt(minWeight),
              maskFlagged,
              minConfidence,
              sites: synapses === true,
            },
            show,
          ),
    );
  });
}
