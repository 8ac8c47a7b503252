import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StratomeError } from '@stratome/core';
import { writeWhole } from './files.js';
import { checkNeo4j } from './health.js';
import type { LaunchContext, LocalServer, OnProgress } from './local-server.js';
import { fetchServers, requireJava } from './server-downloads.js';

/** APOC functions and procedures that the neuPrint client's and our own statements call; the rest stays off. */
const allowedProcedures = ['apoc.convert.*', 'apoc.cypher.runTimeboxed', 'apoc.map.*', 'apoc.coll.*'];

const opens = ['java.nio', 'java.io', 'sun.nio.ch', 'java.util.concurrent', 'jdk.internal.misc'].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
);

function configuration(boltPort: number, httpPort: number, plugins: string): string {
  const settings = {
    'server.directories.plugins': plugins,
    'server.bolt.listen_address': `127.0.0.1:${boltPort}`,
    'server.bolt.advertised_address': `127.0.0.1:${boltPort}`,
    'server.http.enabled': true,
    'server.http.listen_address': `127.0.0.1:${httpPort}`,
    'server.http.advertised_address': `127.0.0.1:${httpPort}`,
    'server.https.enabled': false,
    // Of the HTTP modules Neo4j Browser alone; queries go over bolt.
    'server.http_enabled_modules': 'BROWSER',
    'dbms.security.auth_enabled': true,
    'dbms.security.procedures.allowlist': allowedProcedures.join(','),
    'dbms.usage_report.enabled': false,
    'server.memory.pagecache.size': '512m',
    'db.tx_log.rotation.retention_policy': '1 files',
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('');
}

/** The first password has to be set before the first start; Neo4j then keeps it in its system database. */
async function setInitialPassword(java: string, classpath: string, folder: string, password: string) {
  const env = { ...process.env, NEO4J_HOME: folder, NEO4J_CONF: join(folder, 'conf') };
  const args = [
    ...opens,
    '-cp',
    classpath,
    'org.neo4j.cli.AdminTool',
    'dbms',
    'set-initial-password',
    password,
  ];
  try {
    await promisify(execFile)(java, args, { env });
  } catch (error) {
    // The error of execFile repeats the command line and with it the password.
    const { stderr } = error as { stderr?: string };
    throw new StratomeError(
      'unavailable',
      `Neo4j could not be set up: ${(stderr ?? '').trim().split('\n')[0]}`,
    );
  }
}

/** How Neo4j's administration tool is called: the executable and what stands before the tool's own arguments. */
export async function neo4jTool(onProgress: OnProgress): Promise<{ executable: string; args: string[] }> {
  const { folder } = await fetchServers(onProgress);
  const classpath = `${join(folder, 'plugins')}/*:${join(folder, 'lib')}/*`;
  const args = ['-Xmx1g', ...opens, '-cp', classpath, 'org.neo4j.cli.AdminTool'];
  return { executable: requireJava().executable, args };
}

async function prepare({ files, ports, password, onProgress }: LaunchContext) {
  const java = requireJava().executable;
  const { folder: downloads } = await fetchServers(onProgress);
  const plugins = join(downloads, 'plugins');
  const classpath = `${plugins}/*:${join(downloads, 'lib')}/*`;
  await mkdir(files.folder, { recursive: true });
  await writeWhole(
    join(files.folder, 'conf', 'neo4j.conf'),
    configuration(ports.neo4j, ports.neo4jBrowser, plugins),
  );
  if (!existsSync(join(files.folder, 'data', 'databases', 'system'))) {
    await setInitialPassword(java, classpath, files.folder, password);
  }
  const heap = ['-Xms1g', '-Xmx1g', '-XX:+ExitOnOutOfMemoryError', '-Dfile.encoding=UTF-8'];
  // Planning a statement for the first time is cold code: the quick compiler alone halves the processor time of a load.
  const compiler = ['-XX:TieredStopAtLevel=1'];
  const home = [`--home-dir=${files.folder}`, `--config-dir=${join(files.folder, 'conf')}`];
  return {
    executable: java,
    args: [...heap, ...compiler, ...opens, '-cp', classpath, 'org.neo4j.server.CommunityEntryPoint', ...home],
  };
}

export const neo4jServer: LocalServer = {
  name: 'neo4j',
  title: 'Neo4j 5.26',
  portNames: ['neo4j', 'neo4jBrowser'],
  prepare,
  check: (ports, password) => checkNeo4j({ uri: `bolt://127.0.0.1:${ports.neo4j}`, user: 'neo4j', password }),
  // Recovery after a killed server was measured at 30 s.
  startTimeoutMs: 180_000,
  stopSignal: 'SIGTERM',
  stopGraceMs: 60_000,
  lastSignal: 'SIGKILL',
};
