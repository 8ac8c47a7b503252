import { StratomeError, type Vec3 } from '@stratome/core';
import * as ort from 'onnxruntime-node';
import type { Model } from './model-card.js';

export type ExecutionProvider = 'cuda' | 'cpu';

export interface SessionOptions {
  /**
   * Threads inside one run. Keep 1 where several worker threads predict: it is as fast in sum, and the order of
   * floating-point additions stays the same everywhere.
   */
  readonly threads?: number;
  /**
   * Whether the CPU keeps what a run took for its activations for the next one (true). With windows of many shapes that piles
   * up: 7.7 GB instead of 2.8 in the benchmark of the diagnosis, at the same speed.
   */
  readonly keepMemory?: boolean;
  /** Try CUDA first; where it does not load the CPU is used and `provider` says so. */
  readonly preferCuda?: boolean;
}

/** A loaded network. `run` blocks the thread it is called on: call it in a worker thread. */
export interface Session {
  readonly provider: ExecutionProvider;
  /** Version of onnxruntime-node. */
  readonly runtimeVersion: string;
  /**
   * @param input float32 z, y, x in C order, normalised (see `predictBox`); not changed.
   * @param shape its extent, the window of the model's card.
   * @returns one float32 array (z, y, x) per channel of the card, probabilities.
   */
  run(input: Float32Array, shape: Vec3): Promise<Float32Array[]>;
}

const opened = new Map<string, Promise<Session>>();

/**
 * Opens a model, or returns the session this thread has open for it.
 *
 * @throws corrupt when onnxruntime cannot load the file or its output has not the channels of the card.
 */
export function openSession(model: Model, options: SessionOptions = {}): Promise<Session> {
  const key = JSON.stringify([
    model.file,
    model.card.sha256,
    options.threads ?? 1,
    options.keepMemory ?? true,
    options.preferCuda ?? false,
  ]);
  let session = opened.get(key);
  if (!session) {
    session = createSession(model, options);
    opened.set(key, session);
    session.catch(() => opened.delete(key));
  }
  return session;
}

async function createSession(model: Model, options: SessionOptions): Promise<Session> {
  const { provider, network } = await load(model, options);
  const inputName = network.inputNames[0];
  const outputName = network.outputNames[0];
  const channels = model.card.channels.length;
  return {
    provider,
    runtimeVersion: ort.env.versions.node ?? ort.env.versions.common,
    async run(input, shape) {
      const tensor = new ort.Tensor('float32', input, [1, 1, ...shape]);
      const output = (await network.run({ [inputName]: tensor }))[outputName];
      const voxels = shape[0] * shape[1] * shape[2];
      const data = output.data as Float32Array;
      if (data.length !== channels * voxels) {
        throw new StratomeError(
          'corrupt',
          `Model ${model.card.id} gave an array of ${output.dims.join('×')}, not ${channels} channels of ${shape.join('×')}.`,
          'Its card and its weights do not belong together: export it again.',
        );
      }
      return Array.from({ length: channels }, (_, c) => data.subarray(c * voxels, (c + 1) * voxels));
    },
  };
}

async function load(model: Model, options: SessionOptions) {
  const sessionOptions: ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // A planned block for all activations comes on top of the arena that the first run has filled: measured, it
    // doubles the memory of a session from the second run on and saves no time.
    enableMemPattern: false,
    enableCpuMemArena: options.keepMemory ?? true,
    graphOptimizationLevel: 'all',
  };
  if (options.preferCuda) {
    try {
      // With several providers named, onnxruntime-node throws where the first is absent instead of falling back.
      const network = await ort.InferenceSession.create(model.file, {
        ...sessionOptions,
        executionProviders: ['cuda'],
      });
      return { provider: 'cuda' as const, network };
    } catch {
      // CUDA or its libraries are absent: the CPU serves, and the caller can read that from `provider`.
    }
  }
  try {
    const network = await ort.InferenceSession.create(model.file, {
      ...sessionOptions,
      executionProviders: ['cpu'],
    });
    return { provider: 'cpu' as const, network };
  } catch (cause) {
    throw new StratomeError(
      'corrupt',
      `onnxruntime cannot load ${model.file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Export the model again (models/recipes/README.md).',
      { cause },
    );
  }
}
