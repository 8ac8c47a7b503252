import { FlowProducer, Queue, type ConnectionOptions } from 'bullmq';
import { queueNames, queuePrefix, type StageJob } from './contracts.js';
import type { StageName } from './stages.js';

/** Tries a task once more after an unexpected end; a StratomeError that names bad input is not tried again. */
const taskOptions = {
  attempts: 3,
  backoff: { type: 'fixed', delay: 500 },
  removeOnComplete: true,
  removeOnFail: 1000,
};

/** Asks for a stage of a run to be planned. */
export async function enqueuePlanning(
  connection: ConnectionOptions,
  runId: string,
  stage: StageName,
): Promise<void> {
  const queue = new Queue(queueNames.stages, { connection, prefix: queuePrefix() });
  try {
    const job: StageJob = { runId, stage, phase: 'plan' };
    await queue.add('plan', job, { removeOnComplete: true, removeOnFail: 1000 });
  } finally {
    await queue.close();
  }
}

/** Queues a stage's tasks, and behind them the job that finishes the stage. */
export async function enqueueStage(
  flows: FlowProducer,
  runId: string,
  stage: StageName,
  taskIds: readonly string[],
): Promise<void> {
  const finish: StageJob = { runId, stage, phase: 'finish' };
  const plannedAtMs = Date.now();
  await flows.add({
    name: 'finish',
    queueName: queueNames.stages,
    prefix: queuePrefix(),
    data: finish,
    opts: { attempts: 3, backoff: { type: 'fixed', delay: 500 }, removeOnComplete: true, removeOnFail: 1000 },
    children: taskIds.map((taskId) => ({
      name: stage,
      queueName: queueNames.tasks,
      prefix: queuePrefix(),
      data: { taskId, plannedAtMs },
      opts: { ...taskOptions, failParentOnFailure: true },
    })),
  });
}
