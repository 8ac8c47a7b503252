import type { AddressInfo } from 'node:net';
import { openGraph } from '@stratome/connectome';
import { isStratomeError, StratomeError } from '@stratome/core';
import { openDatabase } from '@stratome/operations';
import { readSettings, type Settings } from '@stratome/pipeline';
import { FileObjectStore } from '@stratome/storage';
import { createApi } from './application.js';

async function serve(settings: Settings): Promise<string> {
  const db = await openDatabase(settings.POSTGRES_URL);
  const { NEO4J_URI: uri, NEO4J_USER: user, NEO4J_PASSWORD: password } = settings;
  const graph = await openGraph({ uri, user, password });
  const api = await createApi({ graph, db, store: new FileObjectStore(settings.STRATOME_HOME) });
  const { STRATOME_PORT: port, STRATOME_HOST: host } = settings;
  await api.listen(port, host).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StratomeError(
      'unavailable',
      `Port ${port} of ${host} cannot be used (${reason}).`,
      'Set STRATOME_PORT.',
    );
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void api
        .close()
        .then(() => Promise.all([db.destroy(), graph.close()]))
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
