import { isStratomeError, type ErrorKind } from '@stratome/core';
import type { ResolvedTask, TaskResult } from '@stratome/pipeline';
import { FileObjectStore } from '@stratome/storage';
import { processors } from '../stages/registry.js';
import { DiscardingStore } from './discarding-store.js';
import { OverlayStore } from './overlay-store.js';
import { TaskIo } from './task-io.js';

/** An error that survives the way out of a thread, which keeps no classes. */
export interface ThreadFailure {
  readonly failed: { kind: ErrorKind; message: string; remedy: string; stack?: string };
}

export interface ThreadRequest {
  readonly task: ResolvedTask;
  readonly storeRoot: string;
  /** Compute, and say what would be written, but write nothing. */
  readonly discard?: boolean;
  /** Write to this store instead, and read from both. */
  readonly writeTo?: string;
}

/** Executes one task in a worker thread; the kernels and models below it may block as they like. */
export default async function execute({
  task,
  storeRoot,
  discard,
  writeTo,
}: ThreadRequest): Promise<TaskResult | ThreadFailure> {
  const started = performance.now();
  // Objects are checked by their hash and can be made again, so a task does not wait for the disk at each of them.
  const store = new FileObjectStore(storeRoot, { durable: false });
  const own = writeTo && new OverlayStore(new FileObjectStore(writeTo, { durable: false }), store);
  const io = new TaskIo(own || (discard ? new DiscardingStore(store) : store), task);
  try {
    const processor = processors[task.stage];
    if (!('run' in processor)) throw new Error(`Stage ${task.stage} does not run in a thread.`);
    const { work, provider } = await processor.run(task, io);
    const computeMs = performance.now() - started - io.ioMs;
    return { artifacts: io.written, unused: io.unused, ioMs: io.ioMs, computeMs, work, provider };
  } catch (error) {
    return { failed: describe(error) };
  }
}

function describe(error: unknown): ThreadFailure['failed'] {
  if (isStratomeError(error)) return { kind: error.kind, message: error.message, remedy: error.remedy };
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { kind: 'internal', message, remedy: '', stack };
}
