import {
  annotationCells,
  annotationColumns,
  annotationsCsv,
  parsePoint,
  synapseKinds,
  type Annotation,
} from '@stratome/annotations';
import { badInput, parseId, type Vec3 } from '@stratome/core';
import { annotationsAt, requireDataset } from '@stratome/operations';
import { annotate, endAnnotationOf } from '@stratome/revisions';
import { Option, type Command } from 'commander';
import { runs } from '../action.js';
import { wholeNumber } from '../options.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';
import { authorOption, noteOption, segmentReader } from './annotation-options.js';

interface AnnotateOptions {
  cellType?: string;
  instance?: string;
  at?: Vec3;
  synapse?: bigint;
  addSynapse?: true;
  delete?: true;
  kind?: (typeof synapseKinds)[number];
  preAt?: Vec3;
  postAt?: Vec3;
  end?: bigint;
  author: string;
  note?: string;
}

/** @throws badInput unless exactly one thing is to be done */
function contentOf(options: AnnotateOptions): unknown {
  const { cellType, instance = null, at, synapse, addSynapse } = options;
  const wanted = [cellType !== undefined, synapse !== undefined, addSynapse === true];
  if (wanted.filter(Boolean).length !== 1) {
    throw badInput(
      'Say one thing: --cell-type, --synapse, --add-synapse or --end.',
      'See npx stratome annotate --help.',
    );
  }
  if (cellType !== undefined) {
    if (!at) throw badInput('No point is given.', 'Add --at z,y,x of a voxel inside the cell.');
    return { kind: 'cellType', target: { point: at }, payload: { type: cellType, instance } };
  }
  if (addSynapse) return addition(options);
  return {
    kind: 'synapseCorrection',
    target: { synapseId: String(synapse) },
    payload: correctionOf(options),
  };
}

function addition({ preAt, postAt, kind }: AnnotateOptions): unknown {
  if (!preAt || !postAt || !kind) {
    throw badInput('A synapse to add needs --pre-at, --post-at and --kind.', 'Points are z,y,x in voxels.');
  }
  return {
    kind: 'synapseCorrection',
    target: { synapseId: null, point: postAt },
    payload: { action: 'add', prePoint: preAt, synapseKind: kind },
  };
}

function correctionOf({ delete: gone, kind, preAt, postAt }: AnnotateOptions): unknown {
  const said = [gone === true, kind !== undefined, preAt !== undefined, postAt !== undefined];
  if (said.filter(Boolean).length !== 1) {
    throw badInput(
      'Say one thing of the synapse: --delete, --kind, --pre-at or --post-at.',
      'See npx stratome annotate --help.',
    );
  }
  if (gone) return { action: 'delete' };
  if (kind !== undefined) return { action: 'setKind', synapseKind: kind };
  return { action: 'setPartner', side: preAt ? 'pre' : 'post', partnerPoint: preAt ?? postAt };
}

export function defineAnnotate(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .option('--cell-type <type>', 'the type of the cell at --at')
    .option('--instance <name>', 'its instance, with --cell-type')
    .option('--at <z,y,x>', 'a voxel inside the cell', parsePoint)
    .option('--synapse <id>', 'a synapse to correct, by its postsynaptic site', (text) =>
      parseId(text, 'synapse'),
    )
    .option('--delete', 'it is none')
    .addOption(new Option('--kind <kind>', 'what it is').choices([...synapseKinds]))
    .option('--pre-at <z,y,x>', 'a voxel inside its presynaptic partner', parsePoint)
    .option('--post-at <z,y,x>', 'a voxel inside its postsynaptic partner', parsePoint)
    .option('--add-synapse', 'add one from --pre-at to --post-at, of --kind')
    .option('--end <id>', 'end a cell type or flag', (text) => parseId(text, 'annotation'))
    .addOption(authorOption())
    .addOption(noteOption());
  return runs<AnnotateOptions>(command, async ([dataset], options) => {
    const { author, note, end } = options;
    const content = end === undefined ? contentOf(options) : undefined;
    return withRunningServers(async (session) => {
      const { db, graph } = session;
      const segmentAt = segmentReader(session, dataset);
      if (end !== undefined) {
        const { revision } = await endAnnotationOf(db, graph, { dataset, id: end, author, segmentAt });
        return {
          json: { dataset, annotation: String(end), revision },
          text: `Annotation ${end} has ended in revision ${revision}.`,
        };
      }
      const made = await annotate(db, graph, { dataset, content, author, note, segmentAt });
      const { annotationId, revision, changes } = made;
      return {
        json: { dataset, annotation: String(annotationId), revision, changes },
        text: `Annotation ${annotationId}, in revision ${revision}.`,
      };
    });
  });
}

const plain = (a: Annotation) => ({
  ...a,
  id: String(a.id),
  createdAt: a.createdAt.toISOString(),
  endedAt: a.endedAt?.toISOString() ?? null,
});

export function defineAnnotations(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .addOption(
      new Option('--revision <number>', 'as they held in it; the head when left out').argParser(
        wholeNumber('revision', 1),
      ),
    )
    .addOption(new Option('--export <format>', 'print the list in a format').choices(['csv']));
  return runs<{ revision?: number; export?: 'csv' }>(command, async ([dataset], options) =>
    withRunningServers(async ({ db }) => {
      const { headRevision } = await requireDataset(db, dataset);
      const revision = options.revision ?? headRevision;
      if (revision > headRevision) {
        throw badInput(
          `"${dataset}" is at revision ${headRevision}, not ${revision}.`,
          'Leave --revision out for the latest.',
        );
      }
      const annotations = await annotationsAt(db, dataset, revision);
      const json = { dataset, revision, annotations: annotations.map(plain) };
      if (options.export === 'csv') return { json, text: annotationsCsv(annotations).trimEnd() };
      if (annotations.length === 0) return { json, text: `No annotations at revision ${revision}.` };
      const table = renderTable(
        annotationColumns.map((title) => ({ title })),
        annotations.map(annotationCells),
      );
      return { json, text: table };
    }),
  );
}
