/*
 * Moments before and after every durable write of a run, a rollback or an annotation. A test kills the process at one
 * of them and looks whether readers then see the revision before whole, or the one after.
 */
export const crashPoints = [
  'beginRun.before',
  'beginRun.after',
  'planStage.before',
  'planStage.after',
  'commitTask.before',
  'commitTask.after',
  'commitReused.before',
  'commitReused.after',
  'finishStage.before',
  'finishStage.after',
  'finishRun.before',
  'finishRun.after',
  'graphLineage.before',
  'graphLineage.after',
  'graph.before',
  'graph.inside',
  'graph.after',
  'intent.before',
  'intent.inside',
  'intent.after',
  'completion.before',
  'completion.after',
  'dropIntent.before',
  'dropIntent.after',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/**
 * Ends the process as `kill -9` would, when STRATOME_CRASH_AT names this point, or the point and what it is about with
 * a colon between (`finishStage.before:graph`). Otherwise nothing happens.
 *
 * @param what which stage, where a point is passed once for each
 */
export function crashPoint(name: CrashPoint, what?: string): void {
  const at = process.env.STRATOME_CRASH_AT;
  if (at && (at === name || (what !== undefined && at === `${name}:${what}`)))
    process.kill(process.pid, 'SIGKILL');
}
