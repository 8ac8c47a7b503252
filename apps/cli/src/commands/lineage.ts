import { open } from 'node:fs/promises';
import { badInput, parseId } from '@stratome/core';
import { requireDataset } from '@stratome/operations';
import { provJsonLines, toOpenLineage, toProvJson, type Lineage } from '@stratome/provenance';
import { Option, type Command } from 'commander';
import { runs } from '../action.js';
import { readLineageOf, type SubjectName } from '../lineage/read-lineage.js';
import { tidy } from '../run/tidy.js';
import { withRunningServers } from '../session.js';

interface LineageOptions {
  format: 'prov' | 'openlineage';
  synapse?: bigint;
  neuron?: bigint;
  out?: string;
}

/** @throws StratomeError badInput when both are given */
function subjectOf({ synapse, neuron }: LineageOptions): SubjectName | undefined {
  if (synapse !== undefined && neuron !== undefined)
    throw badInput('Both --synapse and --neuron are given.', 'Give one of them.');
  if (synapse !== undefined) return { what: 'synapse', id: synapse };
  return neuron === undefined ? undefined : { what: 'neuron', id: neuron };
}

function* eventLines(lineage: Lineage): Generator<string> {
  for (const event of toOpenLineage(lineage)) yield JSON.stringify(event);
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const line of lines) await file.write(`${line}\n`);
  } finally {
    await file.close();
  }
}

const id = (flag: string, description: string) =>
  new Option(flag, description).argParser<bigint>((text) => parseId(text));

export function defineLineage(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .addOption(
      new Option('--format <name>', 'W3C PROV-JSON or OpenLineage events, one a line')
        .choices(['prov', 'openlineage'])
        .default('prov'),
    )
    .addOption(id('--synapse <id>', 'only what this synapse (its postsynaptic site) rests on'))
    .addOption(id('--neuron <id>', 'only what this neuron rests on'))
    .option('--out <file>', 'write there instead of to the terminal');
  return runs<LineageOptions>(command, async ([name], options, console) => {
    const subject = subjectOf(options);
    const lineage = await withRunningServers(async (session) => {
      await tidy(session, name, console);
      return readLineageOf(session, await requireDataset(session.db, name), subject);
    });
    const { format, out } = options;
    const document = format === 'prov' ? toProvJson(lineage) : undefined;
    const lines = () => (document ? provJsonLines(document) : eventLines(lineage));
    if (!out) return { json: document ?? [...toOpenLineage(lineage)], text: [...lines()].join('\n') };
    await writeLines(out, lines());
    const count = lineage.runs.length;
    return { json: { out, runs: count }, text: `${count} stage runs written to ${out}.` };
  });
}
