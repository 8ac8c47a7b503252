import { formatCount } from './display/units.js';

/** How far one stage is. `unit` names what is counted. */
export interface StageProgress {
  stage: string;
  done: number;
  total: number;
  unit?: string;
  /** What lies behind `done` in a unit of its own, voxels for one; its throughput is shown in place of that of `done`. */
  work?: { done: number; unit: string };
}

interface Tracked extends StageProgress {
  /** When the first progress came, and how much was done by then: work found done does not count as speed. */
  beganMs: number;
  doneAtBegin: number;
  workAtBegin: number;
  endedMs?: number;
  printedMs: number;
}

type Mode = 'live' | 'lines' | 'json';
type Output = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

const redrawMs = 100;
const lineMs: Record<Mode, number> = { live: 0, lines: 5_000, json: 1_000 };

export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, hours] = [Math.floor(whole / 60) % 60, Math.floor(whole / 3600)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

const formatRate = (perSecond: number) => (perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toPrecision(2));

/**
 * One line a stage with done/total, throughput and time left. On a terminal the lines are redrawn in place;
 * otherwise a stage writes a line at its begin, every 5 s and at its end; with --json it writes JSON lines.
 * `now` is a clock in milliseconds.
 */
export class ProgressDisplay {
  private readonly stages = new Map<string, Tracked>();
  private drawnLines = 0;
  private drawnMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly output: Output,
    private readonly mode: Mode,
    private readonly now: () => number = Date.now,
  ) {}

  static on(output: Output, json: boolean): ProgressDisplay {
    return new ProgressDisplay(output, json ? 'json' : output.isTTY ? 'live' : 'lines');
  }

  /** Names stages that will come, so that a terminal shows them as waiting, in this order. */
  expect(stages: readonly string[]): void {
    for (const stage of stages) this.track({ stage, done: 0, total: 0 });
    this.draw(true);
  }

  /** Takes the present state of a stage; it may be called as often as one likes. */
  update(progress: StageProgress): void {
    const first =
      this.stages.get(progress.stage)?.total === undefined || this.stages.get(progress.stage)?.total === 0;
    const tracked = this.track(progress);
    const now = this.now();
    const ends = tracked.total > 0 && tracked.done >= tracked.total && tracked.endedMs === undefined;
    if (ends) tracked.endedMs = now;
    else if (tracked.done < tracked.total) tracked.endedMs = undefined;
    if (this.mode === 'live') return this.draw(first || ends);
    if (!first && !ends && (tracked.endedMs !== undefined || now - tracked.printedMs < lineMs[this.mode]))
      return;
    tracked.printedMs = now;
    const line =
      this.mode === 'json' ? JSON.stringify({ progress: this.figures(tracked) }) : this.describe(tracked);
    this.output.write(`${line}\n`);
  }

  /** Writes a message above the stages. */
  note(message: string): void {
    this.erase();
    this.output.write(`${this.mode === 'json' ? JSON.stringify({ note: message }) : message}\n`);
    this.draw(true);
  }

  /** Draws the last state and leaves it standing. */
  end(): void {
    this.draw(true);
    this.drawnLines = 0;
    this.stages.clear();
  }

  private track(progress: StageProgress): Tracked {
    const known = this.stages.get(progress.stage);
    if (known && known.total > 0) return Object.assign(known, progress);
    const begin = {
      beganMs: this.now(),
      doneAtBegin: progress.done,
      workAtBegin: progress.work?.done ?? 0,
      printedMs: this.now(),
    };
    const tracked: Tracked = { ...progress, ...begin };
    this.stages.set(progress.stage, tracked);
    return tracked;
  }

  private figures(tracked: Tracked) {
    const { stage, done, total, unit = 'tasks', beganMs, doneAtBegin, endedMs, work, workAtBegin } = tracked;
    const seconds = ((endedMs ?? this.now()) - beganMs) / 1000;
    const perSecond = seconds > 0 && done > doneAtBegin ? (done - doneAtBegin) / seconds : undefined;
    const secondsLeft = perSecond && done < total ? (total - done) / perSecond : undefined;
    const worked = work && seconds > 0 && work.done > workAtBegin;
    const workPerSecond = worked ? (work.done - workAtBegin) / seconds : undefined;
    return { stage, done, total, unit, seconds, perSecond, secondsLeft, work, workPerSecond };
  }

  private describe(tracked: Tracked): string {
    const { stage, done, total, unit, seconds, perSecond, secondsLeft, work, workPerSecond } =
      this.figures(tracked);
    if (total === 0) return `${stage.padEnd(16)} waiting`;
    const rate =
      work && workPerSecond !== undefined
        ? `  ${formatCount(workPerSecond)} ${work.unit}/s`
        : perSecond === undefined
          ? ''
          : `  ${formatRate(perSecond)} ${unit}/s`;
    const ended = done >= total;
    const time = ended
      ? `  took ${formatDuration(seconds)}`
      : secondsLeft === undefined
        ? ''
        : `  ${formatDuration(secondsLeft)} left`;
    return `${stage.padEnd(16)} ${`${done}/${total}`.padStart(11)} ${unit}${rate}${time}`;
  }

  private erase(): void {
    if (this.drawnLines > 0) this.output.write(`\x1b[${this.drawnLines}F\x1b[J`);
    this.drawnLines = 0;
  }

  private draw(force: boolean): void {
    if (this.mode !== 'live' || this.stages.size === 0) return;
    const now = this.now();
    if (!force && now - this.drawnMs < redrawMs) return;
    // A line that wraps would break the count of lines to erase.
    const width = Math.max(20, (this.output.columns ?? 80) - 1);
    const lines = [...this.stages.values()].map((stage) => this.describe(stage).slice(0, width));
    this.erase();
    this.output.write(`${lines.join('\n')}\n`);
    this.drawnLines = lines.length;
    this.drawnMs = now;
  }
}
