import type { RunServers } from '@stratome/reconstruction-worker';

/** What the API needs to begin a run, and to have somebody do it. */
export interface RunOffice extends RunServers {
  /** Processes that take tasks at present. */
  workers(): Promise<number>;
  /** Asks whoever started the API for workers; undefined unless that one offered them. */
  wakeWorkers?: (runId: string) => void;
}
