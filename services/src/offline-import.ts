import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { StratomeError } from '@stratome/core';
import { serversElsewhere } from './elsewhere.js';
import { stopServer } from './launch.js';
import { withLaunchLock } from './launch-lock.js';
import { serverFiles, stateFolder } from './layout.js';
import type { ServiceOptions } from './lifecycle.js';
import { neo4jServer, neo4jTool } from './neo4j.js';

/** Tables in the form of `neo4j-admin database import`: a header line, then rows. */
export interface OfflineTables {
  readonly nodes: readonly string[];
  readonly relationships: readonly string[];
}

/** Whether Neo4j is a local process, whose store can be written while it is stopped. */
export const canImportOffline = (env: NodeJS.ProcessEnv = process.env): boolean =>
  serversElsewhere(env).neo4j === undefined;

/**
 * Stops the local Neo4j and writes its whole store anew from tables, many times faster than transactions. All that
 * was in the database is gone afterwards; indexes and constraints too. The caller starts the servers again.
 *
 * @throws StratomeError unavailable when Neo4j runs elsewhere or its tool fails; the old store is then left or empty
 */
export async function importOffline(tables: OfflineTables, options: ServiceOptions = {}): Promise<void> {
  const { env = process.env, onProgress = () => {} } = options;
  if (!canImportOffline(env))
    throw new StratomeError('unavailable', 'Neo4j runs elsewhere.', 'Import in batches.');
  const home = options.home === undefined ? stateFolder(env) : resolve(options.home);
  const files = serverFiles(home, 'neo4j');
  await withLaunchLock(home, async () => {
    onProgress('Stopping Neo4j 5.26');
    await stopServer(neo4jServer, files);
    onProgress('Writing the store of Neo4j');
    const { executable, args } = await neo4jTool(onProgress);
    const given = [
      ...tables.nodes.map((path) => `--nodes=${path}`),
      ...tables.relationships.map((path) => `--relationships=${path}`),
    ];
    // A list of files takes whatever follows it that is no option, so the database's name does not follow one.
    const rest = ['--id-type=integer', '--overwrite-destination', '--threads=2', 'neo4j'];
    const command = [...args, 'database', 'import', 'full', ...given, ...rest];
    await promisify(execFile)(executable, command, {
      cwd: files.folder,
      env: { ...env, NEO4J_HOME: files.folder, NEO4J_CONF: join(files.folder, 'conf') },
      maxBuffer: 2 ** 26,
    }).catch((error: { stderr?: string; stdout?: string }) => {
      const output = `${error.stderr ?? ''}\n${error.stdout ?? ''}`;
      const reason =
        /original error: .*|Caused by: .*|Error .*/.exec(output)?.[0] ?? output.trim().split('\n')[0];
      throw new StratomeError('unavailable', `Neo4j's import failed: ${reason.slice(0, 300)}`);
    });
  });
}
