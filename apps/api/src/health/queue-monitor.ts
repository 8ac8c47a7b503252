import { queueNames, queuePrefix } from '@stratome/pipeline';
import { Queue } from 'bullmq';

/** Looks at the queue that workers take tasks from. */
export interface QueueMonitor {
  /** @returns the number of processes that take tasks @throws when Redis does not answer */
  workers(): Promise<number>;
  close(): Promise<void>;
}

const answerMs = 3_000;

export function openQueueMonitor(redisUrl: string): QueueMonitor {
  const queue = new Queue(queueNames.tasks, {
    connection: { url: redisUrl, maxRetriesPerRequest: 1, commandTimeout: answerMs },
    prefix: queuePrefix(),
  });
  // While Redis is away the queue reports each attempt to reach it; workers() says so to who asks.
  queue.on('error', () => {});
  return {
    workers: async () => (await queue.getWorkers()).length,
    close: () => queue.close(),
  };
}
