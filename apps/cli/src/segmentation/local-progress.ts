import { stages, type StageName } from '@stratome/pipeline';
import type { ProgressDisplay } from '../progress-display.js';

/** Shows stages that run in this process, without a queue, under the names they have in a run. */
export class LocalProgress {
  constructor(private readonly display: Pick<ProgressDisplay, 'update'>) {}

  /**
   * Begins a stage of `total` pieces.
   *
   * @param unit what the pieces are
   * @returns to be called after each piece with the work it was, in the stage's own unit
   */
  begin(name: StageName, total: number, unit: string): (work: number) => void {
    const { title: stage, workUnit } = stages[name];
    let [done, worked] = [0, 0];
    const show = () =>
      this.display.update({ stage, done, total, unit, work: { done: worked, unit: workUnit } });
    show();
    return (work) => {
      done++;
      worked += work;
      show();
    };
  }
}
