import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { AnalysisName, Graph } from '@stratome/connectome';
import { badInput, isStratomeError, StratomeError } from '@stratome/core';
import {
  failAnalysis,
  finishAnalysis,
  releaseAnalysis,
  reportAnalysis,
  type Analysis,
  type AnalysisProgress,
} from '@stratome/operations';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import type { ThreadMessage, ThreadTask } from './analysis-thread.js';
import { readSkeletons } from './skeletons.js';

/** What analyses are run with. */
export interface AnalysisConnections {
  readonly graph: Graph;
  readonly db: DataSource;
  readonly store: ObjectStore;
  /** File of a score matrix for NBLAST, where one is set up. */
  readonly scoreMatrixPath?: string;
}

/** How often a holder says that it lives, and how far it is. */
const heartbeatMs = 2000;

async function taskOf(connections: AnalysisConnections, analysis: Analysis): Promise<ThreadTask> {
  const { dataset, revision, name, parameters } = analysis;
  const { graph, db, store, scoreMatrixPath } = connections;
  const skeletons =
    name === 'nblast'
      ? await readSkeletons(db, store, analysis, (parameters as { bodyIds: string[] }).bodyIds)
      : [];
  const scoreMatrix =
    name === 'nblast' && scoreMatrixPath !== undefined
      ? await readFile(scoreMatrixPath, 'utf8').catch(() => {
          throw badInput('The score matrix cannot be read.', 'Correct STRATOME_NBLAST_MATRIX.');
        })
      : undefined;
  return {
    address: graph.address,
    dataset,
    revision,
    name: name as AnalysisName,
    parameters,
    skeletons,
    scoreMatrix,
  };
}

type Found = Extract<ThreadMessage, { found: unknown }>['found'];

/** Computes in a thread of its own. @param stop ends it; the promise is then refused */
function inThread(task: ThreadTask, onProgress: (progress: AnalysisProgress) => void, stop: AbortSignal) {
  return new Promise<Found>((resolve, reject) => {
    const thread = new Worker(new URL('./analysis-thread.js', import.meta.url), { workerData: task });
    const end = () => void thread.terminate();
    stop.addEventListener('abort', end, { once: true });
    thread.on('message', (message: ThreadMessage) => {
      if ('progress' in message) onProgress(message.progress);
      else if ('found' in message) resolve(message.found);
      else {
        const { kind, message: sentence, remedy } = message.failed;
        reject(new StratomeError(kind, sentence, remedy));
      }
    });
    thread.on('error', reject);
    thread.on('exit', () => {
      stop.removeEventListener('abort', end);
      reject(new StratomeError('unavailable', 'The analysis was stopped.', 'Ask for it again.'));
    });
  });
}

/**
 * Runs an analysis that was taken, off the event loop, and keeps what it finds or why it fails.
 *
 * @param stop puts it back in the queue
 */
export async function runTakenAnalysis(
  connections: AnalysisConnections,
  analysis: Analysis,
  onProgress: (progress: AnalysisProgress) => void = () => {},
  stop: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { db } = connections;
  let progress: AnalysisProgress = { phase: 'starting', done: 0, total: 0 };
  const say = () => reportAnalysis(db, analysis, progress).catch(() => false);
  await say();
  const heartbeat = setInterval(() => void say(), heartbeatMs);
  try {
    const task = await taskOf(connections, analysis);
    const found = await inThread(
      task,
      (now) => {
        progress = now;
        onProgress(now);
      },
      stop,
    );
    await finishAnalysis(db, analysis, found);
  } catch (error) {
    if (stop.aborted) await releaseAnalysis(db, analysis);
    else if (isStratomeError(error)) await failAnalysis(db, analysis, error.sentence, error.kind);
    else await failAnalysis(db, analysis, error instanceof Error ? error.message : String(error), 'internal');
  } finally {
    clearInterval(heartbeat);
  }
}
