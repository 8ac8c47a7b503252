import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { openGraph } from '@stratome/connectome';
import { isStratomeError, StratomeError } from '@stratome/core';
import { openDatabase } from '@stratome/operations';
import { readSettings, type Settings } from '@stratome/pipeline';
import { FileObjectStore } from '@stratome/storage';
import { createApi } from './application.js';
import { openQueueMonitor } from './health/queue-monitor.js';
import type { RunOffice } from './reprocessing/run-office.js';
import { listenTls, ownCertificate, readCertificate } from './tls.js';

/** Serves over TLS as well where a port is set for it. */
async function serveTls(api: INestApplication, settings: Settings): Promise<string | undefined> {
  const { STRATOME_TLS_PORT: port, STRATOME_TLS_CERT: cert, STRATOME_TLS_KEY: key } = settings;
  if (port === undefined) return undefined;
  if ((cert === undefined) !== (key === undefined)) {
    throw new StratomeError(
      'badInput',
      'A certificate needs its key.',
      'Set STRATOME_TLS_CERT and STRATOME_TLS_KEY.',
    );
  }
  const host = settings.STRATOME_HOST;
  const certificate =
    cert !== undefined && key !== undefined
      ? await readCertificate(cert, key)
      : await ownCertificate(join(settings.STRATOME_HOME, 'tls'), host);
  return (await listenTls(api, certificate, port, host)).url;
}

/** Whoever started the API may offer to start workers for the runs that are begun over it. */
function takeOffers(office: RunOffice): void {
  process.on('message', (message) => {
    if ((message as { offers?: unknown } | null)?.offers !== 'workers') return;
    office.wakeWorkers = (runId) => void process.send?.({ workersFor: runId });
  });
}

async function serve(settings: Settings): Promise<string> {
  const db = await openDatabase(settings.POSTGRES_URL);
  const { NEO4J_URI: uri, NEO4J_USER: user, NEO4J_PASSWORD: password } = settings;
  const graph = await openGraph({ uri, user, password });
  const queue = openQueueMonitor(settings.REDIS_URL);
  const store = new FileObjectStore(settings.STRATOME_HOME);
  const office: RunOffice = {
    db,
    graph,
    redisUrl: settings.REDIS_URL,
    modelsDirectory: settings.STRATOME_MODELS,
    workers: () => queue.workers(),
  };
  takeOffers(office);
  const { STRATOME_NBLAST_MATRIX: scoreMatrixPath, STRATOME_MODELS: modelsDirectory } = settings;
  const connections = { graph, db, store, queue, office, scoreMatrixPath, modelsDirectory };
  const api = await createApi(connections, undefined, settings.STRATOME_TOKENS);
  const { STRATOME_PORT: port, STRATOME_HOST: host } = settings;
  await api.listen(port, host).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StratomeError(
      'unavailable',
      `Port ${port} of ${host} cannot be used (${reason}).`,
      'Set STRATOME_PORT.',
    );
  });
  const tls = await serveTls(api, settings);
  if (tls !== undefined) console.log(`neuPrint clients: ${tls}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void api
        .close()
        .then(() => Promise.all([db.destroy(), graph.close(), queue.close()]))
        .then(() => process.exit(0));
    });
  }
  return `http://${host}:${(api.getHttpServer().address() as AddressInfo).port}`;
}

try {
  const url = await serve(readSettings());
  console.log(`Stratome serves ${url}/graphql`);
  process.send?.({ ready: url });
} catch (error) {
  console.error(isStratomeError(error) ? error.sentence : error);
  process.exit(isStratomeError(error) ? error.exitCode : 1);
}
