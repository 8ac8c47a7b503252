import type { StageProgress } from '@stratome/operations';
import { stages, type StageName } from '@stratome/pipeline';
import { formatCount, formatSeconds } from './units.js';

/** Plain output repeats a stage's line no more often than this. */
const plainEveryMs = 2_000;

const titleWidth = Math.max(...Object.values(stages).map(({ title }) => title.length));

/** Work done per second since the stage was planned, in the stage's unit; undefined before anything was done. */
export function throughput(progress: StageProgress, now: Date): number | undefined {
  const seconds = elapsedSeconds(progress, now);
  return progress.work > 0 && seconds > 0 ? progress.work / seconds : undefined;
}

/** Seconds until the stage is done if it goes on as it went; undefined before its first task or after its last. */
export function secondsLeft(progress: StageProgress, now: Date): number | undefined {
  const { done, total } = progress;
  if (done === 0 || done >= total) return undefined;
  return (elapsedSeconds(progress, now) * (total - done)) / done;
}

const elapsedSeconds = ({ plannedAt, finishedAt }: StageProgress, now: Date) =>
  Math.max(0, (finishedAt ?? now).getTime() - plannedAt.getTime()) / 1000;

/** One stage in one line: layer, title, tasks done of all, throughput, and time left or taken. */
export function stageLine(progress: StageProgress, now: Date): string {
  const { layer, title, workUnit } = stages[progress.stage as StageName];
  const count = `${progress.done}/${progress.total}`.padStart(9);
  const parts = [`${layer} ${title.padEnd(titleWidth)} ${count}`];
  const rate = throughput(progress, now);
  if (rate !== undefined) parts.push(`${formatCount(rate)} ${workUnit}/s`);
  const left = secondsLeft(progress, now);
  if (progress.finishedAt) parts.push(`done in ${formatSeconds(elapsedSeconds(progress, now))}`);
  else if (left !== undefined) parts.push(`${formatSeconds(left)} left`);
  if (progress.reused > 0) parts.push(`${progress.reused} reused`);
  return parts.join('  ');
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Shows how a command gets on: stages redrawn in place on a terminal, plain lines otherwise. */
export class ProgressDisplay {
  private drawn = 0;
  private readonly printed = new Map<string, { line: string; atMs: number; complete: boolean }>();
  private readonly inPlace: boolean;

  constructor(
    private readonly output: Output,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.inPlace = output.isTTY === true;
  }

  /** A line that stays. Below stages that are being redrawn it is put under them, and they stay as they are. */
  readonly note = (line: string): void => {
    this.drawn = 0;
    this.output.write(`${line}\n`);
  };

  update(progress: readonly StageProgress[]): void {
    if (this.inPlace) this.redraw(progress);
    else for (const stage of progress) this.print(stage);
  }

  private redraw(progress: readonly StageProgress[]): void {
    const width = (this.output.columns ?? 80) - 1;
    const lines = progress.map((stage) => stageLine(stage, this.now()).slice(0, width));
    const up = this.drawn > 0 ? `\x1b[${this.drawn}A` : '';
    this.output.write(up + lines.map((line) => `\r\x1b[2K${line}\n`).join(''));
    this.drawn = lines.length;
  }

  private print(stage: StageProgress): void {
    const now = this.now();
    const before = this.printed.get(stage.stage);
    const complete = stage.finishedAt !== null;
    if (before?.complete) return;
    if (!complete && before && now.getTime() - before.atMs < plainEveryMs) return;
    const line = stageLine(stage, now);
    if (line === before?.line) return;
    this.printed.set(stage.stage, { line, atMs: now.getTime(), complete });
    this.output.write(`${line}\n`);
  }
}

/** Progress goes to stdout, or to stderr as plain lines when stdout is kept for JSON. */
export const displayFor = (json: boolean): ProgressDisplay =>
  json
    ? new ProgressDisplay({ write: (text) => process.stderr.write(text) })
    : new ProgressDisplay(process.stdout);
