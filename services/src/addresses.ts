import type { ServerName } from './local-server.js';

export interface ServiceAddresses {
  /** `browser` is the address of Neo4j Browser where it is served. */
  neo4j: { uri: string; user: string; password: string; browser?: string };
  postgres: { url: string };
  redis: { url: string };
}

export interface ServiceStatus {
  name: ServerName;
  /** `elsewhere`: named by the environment, not started here. `failing`: the process runs and does not answer. */
  state: 'running' | 'failing' | 'stopped' | 'elsewhere' | 'unreachable';
  pid?: number;
  port?: number;
  log?: string;
}
