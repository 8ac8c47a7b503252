import {
  boxOfShape,
  copyOverlap,
  isStratomeError,
  shapeOf,
  voxelsIn,
  type Box,
  type ErrorKind,
  type Vec3,
} from '@stratome/core';
import { loadModelCard, openSession, predictBox, requiredInputBox } from '@stratome/inference';

export interface PredictionRequest {
  /** The whole volume, uint8, z, y, x; shared by all threads, and only read. */
  readonly em: SharedArrayBuffer;
  readonly shape: Vec3;
  readonly modelDirectory: string;
  readonly box: Box;
}

/** The box in all channels of the model, or the error that prevented it: a thread's errors lose their kind. */
export type PredictionReply =
  | { readonly channels: Uint8Array }
  | { readonly failed: { kind: ErrorKind; message: string; remedy: string } };

/** Predicts one box in a worker thread, which keeps its session for the next. */
export default async function predict(request: PredictionRequest): Promise<PredictionReply> {
  try {
    return { channels: await predictInVolume(request) };
  } catch (error) {
    if (!isStratomeError(error)) throw error;
    return { failed: { kind: error.kind, message: error.message, remedy: error.remedy } };
  }
}

async function predictInVolume({ em, shape, modelDirectory, box }: PredictionRequest): Promise<Uint8Array> {
  const model = await loadModelCard(modelDirectory);
  const session = await openSession(model, { threads: 1, preferCuda: process.env.STRATOME_CUDA === '1' });
  const needed = requiredInputBox(model, box, shape);
  const data = new Uint8Array(voxelsIn(needed));
  copyOverlap(new Uint8Array(em), boxOfShape(shape), data, needed);
  return (await predictBox(session, model, { data, shape: shapeOf(needed) }, box, shape)).data;
}
