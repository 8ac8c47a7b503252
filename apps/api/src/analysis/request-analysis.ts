import { analyses, parseAnalysisParameters, requireAnalysisName, type Graph } from '@stratome/connectome';
import { hashJson } from '@stratome/core';
import { requestAnalysis, type Analysis } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { datasetRecord } from '../graphql/graph-reader.js';

export interface AnalysisAsked {
  readonly dataset: string;
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Asks for an analysis of a dataset as it stands now. An equal request of the same revision has one result, which is
 * kept.
 *
 * @throws StratomeError notFound for an unknown dataset, badInput for an unknown analysis or wrong parameters
 */
export async function askForAnalysis(graph: Graph, db: DataSource, asked: AnalysisAsked): Promise<Analysis> {
  const name = requireAnalysisName(asked.name);
  const parameters = parseAnalysisParameters(name, asked.parameters);
  const { dataset, revision, lastDatabaseEdit } = await datasetRecord(graph, asked.dataset);
  const { version } = analyses[name];
  // A dataset that was removed and made anew under its name has another time of edit.
  const identity = { dataset, revision, lastDatabaseEdit, name, version, parameters };
  return requestAnalysis(db, {
    dataset,
    revision: Number(revision),
    name,
    parameters: { ...parameters },
    requestHash: hashJson(identity),
  });
}
