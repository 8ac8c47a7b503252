import { setTimeout as delay } from 'node:timers/promises';
import { StratomeError } from '@stratome/core';
import { requireAnalysis, takeAnalysis, type Analysis, type AnalysisProgress } from '@stratome/operations';
import { askForAnalysis, type AnalysisAsked } from './request-analysis.js';
import { runTakenAnalysis, type AnalysisConnections } from './run-analysis.js';

/** How often an analysis that another process runs is looked at. */
const pollMs = 500;

/**
 * Analyses a dataset and waits for the result: here, unless a server has taken the request already. A result that is
 * kept is given at once.
 *
 * @throws StratomeError of whatever the analysis failed with
 */
export async function analyseDataset(
  connections: AnalysisConnections,
  asked: AnalysisAsked,
  onProgress: (progress: AnalysisProgress) => void,
): Promise<{ readonly analysis: Analysis; readonly reused: boolean }> {
  const { graph, db } = connections;
  let analysis = await askForAnalysis(graph, db, asked);
  const reused = analysis.state === 'done';
  while (analysis.state === 'queued' || analysis.state === 'running') {
    const taken = await takeAnalysis(db, analysis.id);
    if (taken) await runTakenAnalysis(connections, taken, onProgress);
    else await delay(pollMs);
    analysis = await requireAnalysis(db, analysis.id);
    if (!taken && analysis.progress) onProgress(analysis.progress);
  }
  if (analysis.state === 'failed')
    throw new StratomeError(analysis.errorKind ?? 'internal', analysis.error ?? 'The analysis failed.');
  return { analysis, reused };
}
