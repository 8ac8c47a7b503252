import { basename, dirname, extname, join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { diagnoseDataset, reportContent } from '@stratome/api';
import { badInput, parseBox, type Box } from '@stratome/core';
import { diagnosisParameters, qualityReport, reportHtml, reportMarkdown } from '@stratome/diagnostics';
import { writeFileAtomic } from '@stratome/storage';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { withRunningServers, type Session } from '../session.js';

interface ReportOptions {
  diagnosis?: string;
  region?: Box;
  out: string;
}

function requireFormat(out: string): 'html' | 'md' {
  const ending = extname(out).slice(1);
  if (ending === 'html' || ending === 'md') return ending;
  throw badInput(`${out} is neither HTML nor Markdown.`, 'Let --out end in .html or .md.');
}

/** The diagnosis to report: the one named, or one that is made now. */
async function diagnosisFor({ graph }: Session, dataset: string, options: ReportOptions): Promise<string> {
  if (options.diagnosis !== undefined) return options.diagnosis;
  const parameters = diagnosisParameters.parse({});
  return (await diagnoseDataset(graph, { dataset, region: options.region, parameters })).diagnosisId;
}

const write = (path: string, text: string) => writeFileAtomic(path, Buffer.from(text), { durable: false });

/** @returns every file that was written; the report itself first */
async function writeReport(
  out: string,
  format: 'html' | 'md',
  blocks: ReturnType<typeof qualityReport>,
): Promise<string[]> {
  await mkdir(dirname(out), { recursive: true });
  if (format === 'html') {
    await write(out, reportHtml(blocks));
    return [out];
  }
  const folder = `${basename(out, '.md')}-figures`;
  const { markdown, figures } = reportMarkdown(blocks, (name) => `${folder}/${name}.svg`);
  await mkdir(join(dirname(out), folder), { recursive: true });
  const paths = [...figures.keys()].map((path) => join(dirname(out), path));
  for (const [path, svg] of figures) await write(join(dirname(out), path), svg);
  await write(out, markdown);
  return [out, ...paths];
}

export function defineReport(command: Command): Command {
  command
    .argument('<dataset>', 'name of the dataset')
    .option('--diagnosis <id>', 'a stored diagnosis; a new one is made when left out')
    .option('--region <box>', 'what to explain: z0,y0,x0:z1,y1,x1 in voxels', parseBox)
    .requiredOption('--out <file>', 'FILE.html, or FILE.md with figures in a folder beside it');
  return runs<ReportOptions>(command, async ([dataset], options) => {
    const format = requireFormat(options.out);
    if (options.diagnosis !== undefined && options.region)
      throw badInput('Both --diagnosis and --region are given.', 'A diagnosis has its region already.');
    return withRunningServers(async (session) => {
      const diagnosisId = await diagnosisFor(session, dataset, options);
      const blocks = qualityReport(await reportContent(session.graph, dataset, diagnosisId));
      const files = await writeReport(options.out, format, blocks);
      return { json: { dataset, diagnosisId, files }, text: `Wrote ${files.join(', ')}.` };
    });
  });
}
