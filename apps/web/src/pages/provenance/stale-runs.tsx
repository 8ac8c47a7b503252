import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.js';
import { Notice } from '../../components/notice.js';
import { staleness, type StalenessData } from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.provenance;
type Reason = StalenessData['dataset']['basis']['stale']['reasons'][number];

/** Which models and stages are others now than they were for a run, by run. */
export type StaleRuns = ReadonlyMap<string, readonly Reason[]>;

/** Reasons of those runs that are asked about; one that names no run is of all runs of its stage. */
export function reasonsByRun(
  runs: readonly { readonly runId: string; readonly stage: string }[],
  reasons: readonly Reason[],
): StaleRuns {
  const found = new Map<string, Reason[]>();
  for (const { runId, stage } of runs) {
    const own = reasons.filter((reason) =>
      reason.runId ? reason.runId === runId : reason.stage !== null && reason.stage === stage,
    );
    if (own.length > 0) found.set(runId, own);
  }
  return found;
}

/** Of the runs behind an object those that are stale; undefined until it is known. */
export function useStaleRuns(
  dataset: string,
  runs: readonly { readonly runId: string; readonly stage: string }[],
): StaleRuns | undefined {
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const reasons = useOperation(staleness, variables).data?.dataset.basis.stale.reasons;
  return useMemo(() => reasons && reasonsByRun(runs, reasons), [runs, reasons]);
}

/** Says how many runs are stale, and why. */
export function StaleNotice({ stale }: { stale: StaleRuns }) {
  if (stale.size === 0) return <p className="quiet">{t.notStale}</p>;
  const messages = new Set([...stale.values()].flat().map(({ message }) => message));
  return (
    <>
      <Notice kind="warning">{t.staleRuns(stale.size)}:</Notice>
      <ul aria-label={t.stale}>
        {[...messages].map((message) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </>
  );
}
