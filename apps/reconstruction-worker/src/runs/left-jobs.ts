import { othersWork } from '@stratome/operations';
import { queueNames, queuePrefix } from '@stratome/pipeline';
import { Queue, type ConnectionOptions } from 'bullmq';
import type { DataSource } from 'typeorm';

/**
 * Empties the queues of what interrupted runs left, unless another run is under way: its tasks would be planned
 * and done twice otherwise (to no harm but the time).
 */
export async function clearLeftJobs(
  db: DataSource,
  connection: ConnectionOptions,
  runId: string,
): Promise<void> {
  if (await othersWork(db, runId)) return;
  for (const name of Object.values(queueNames)) {
    const queue = new Queue(name, { connection, prefix: queuePrefix() });
    try {
      await queue.obliterate({ force: true });
    } finally {
      await queue.close();
    }
  }
}
