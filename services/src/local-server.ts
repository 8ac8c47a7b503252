import type { Account } from './unprivileged-account.js';
import type { ServerFiles } from './layout.js';

export type ServerName = 'neo4j' | 'postgres' | 'redis';
export const serverNames: readonly ServerName[] = ['neo4j', 'postgres', 'redis'];

/** Called with what is being done, for a person to read. */
export type OnProgress = (message: string) => void;

export interface LaunchContext {
  files: ServerFiles;
  ports: Record<string, number>;
  password: string;
  onProgress: OnProgress;
}

export interface LaunchCommand {
  executable: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  account?: Account;
}

/** One server that Stratome can run as a local process. */
export interface LocalServer {
  name: ServerName;
  title: string;
  /** Keys of the ports it listens on, the first one being its address. */
  portNames: readonly string[];
  /** Makes data and configuration where they are missing and says how to start the process. */
  prepare(context: LaunchContext): Promise<LaunchCommand>;
  /** Throws while the server does not answer. */
  check(ports: Record<string, number>, password: string): Promise<void>;
  /** Done once, after the first successful check of a start. */
  afterStart?(context: LaunchContext): Promise<void>;
  startTimeoutMs: number;
  stopSignal: NodeJS.Signals;
  stopGraceMs: number;
  /** Sent when the grace has passed. */
  lastSignal: NodeJS.Signals;
}
