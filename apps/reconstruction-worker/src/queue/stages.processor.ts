import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { isStratomeError } from '@stratome/core';
import { failRun, holdRun } from '@stratome/operations';
import { queueNames, stageJobSchema, type StageJob } from '@stratome/pipeline';
import type { Job } from 'bullmq';
import { StageProgression } from './stage-progression.js';

/** Plans stages and finishes them; what depends on a finished stage is planned at once. */
@Processor(queueNames.stages, { lockDuration: 60_000, maxStalledCount: 5 })
export class StagesProcessor extends WorkerHost {
  private readonly logger = new Logger('stages');

  constructor(private readonly progression: StageProgression) {
    super();
  }

  async process(job: Job<StageJob>): Promise<void> {
    const { runId, stage, phase } = stageJobSchema.parse(job.data);
    try {
      await holdRun(this.progression.db, runId);
      if (phase === 'plan') await this.progression.plan(runId, stage);
      else await this.progression.finish(runId, stage, job.attemptsStarted > 1);
    } catch (error) {
      const sentence = isStratomeError(error) ? error.sentence : String(error);
      this.logger.error(`${phase} ${stage}: ${error instanceof Error ? error.stack : sentence}`);
      const last = isStratomeError(error) || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      const kind = isStratomeError(error) ? error.kind : 'internal';
      if (last) await failRun(this.progression.db, runId, sentence, kind);
      throw error;
    }
  }
}
