import { Inject, Optional } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { isStratomeError } from '@stratome/core';
import type { DataSource } from 'typeorm';
import type { QueueMonitor } from '../health/queue-monitor.js';
import { GraphReader } from './graph-reader.js';
import { databaseToken, queueMonitorToken } from './tokens.js';
import { Health, type ServiceHealth } from './types/health.js';

/** A server that has not answered by then is not well. */
const answerMs = 4_000;

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('late')), answerMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

async function check(name: string, ask: () => Promise<unknown>): Promise<ServiceHealth> {
  const startedMs = performance.now();
  const answer = (trouble: string | null) => ({
    name,
    ok: trouble === null,
    answeredMs: performance.now() - startedMs,
    trouble,
  });
  return within(ask()).then(
    () => answer(null),
    (error: unknown) =>
      answer(
        isStratomeError(error) ? error.sentence : `${name} does not answer. Look at npx stratome status.`,
      ),
  );
}

@Resolver()
export class HealthResolver {
  constructor(
    private readonly reader: GraphReader,
    @Inject(databaseToken) private readonly db: DataSource,
    @Optional() @Inject(queueMonitorToken) private readonly queue?: QueueMonitor,
  ) {}

  @Query(() => Health, {
    complexity: 20,
    description: 'Whether the servers answer, and how many workers there are.',
  })
  async health(): Promise<Health> {
    let workers: number | null = null;
    const { queue } = this;
    const services = await Promise.all([
      check('Neo4j', () => this.reader.datasets()),
      check('PostgreSQL', () => this.db.query('SELECT 1')),
      ...(queue ? [check('Redis', async () => (workers = await queue.workers()))] : []),
    ]);
    return { services, workers };
  }
}
