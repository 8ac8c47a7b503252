import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { StratomeError } from '@stratome/core';
import { writeFileAtomic } from '@stratome/storage';
import { generate } from 'selfsigned';

/** PEM text. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads a certificate and its key.
 *
 * @throws StratomeError badInput when a file cannot be read
 */
export async function readCertificate(certFile: string, keyFile: string): Promise<Certificate> {
  const read = (file: string) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new StratomeError(
        'badInput',
        `${file} cannot be read.`,
        'Correct STRATOME_TLS_CERT and STRATOME_TLS_KEY.',
        { cause },
      );
    });
  return { cert: await read(certFile), key: await read(keyFile) };
}

/** The certificate that this machine signed for itself, kept in `folder`; made for `host` when there is none. */
export async function ownCertificate(folder: string, host: string): Promise<Certificate> {
  const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => join(folder, name));
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const names = [...new Set([host, 'localhost', '127.0.0.1'])].map((name) =>
      /^[\d.]+$|:/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
    );
    const made = await generate([{ name: 'commonName', value: host }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: names }],
    });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(keyFile, Buffer.from(made.private), { durable: false });
    await writeFileAtomic(certFile, Buffer.from(made.cert), { durable: false });
  }
  return readCertificate(certFile, keyFile);
}

/**
 * Serves an application over TLS, beside the plain port it listens on: neuPrint's client speaks nothing else.
 *
 * @param api listens already, or was initialised
 * @returns the server, listening, and its address without a slash at the end
 */
export async function listenTls(
  api: INestApplication,
  certificate: Certificate,
  port: number,
  host: string,
): Promise<{ readonly server: Server; readonly url: string }> {
  const handler = api.getHttpAdapter().getInstance() as Parameters<typeof createServer>[1];
  const server = createServer(certificate, handler);
  await new Promise<void>((done, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      failed(
        new StratomeError(
          'unavailable',
          `Port ${port} of ${host} cannot be used for TLS (${cause.code}).`,
          'Set STRATOME_TLS_PORT.',
        ),
      ),
    );
    server.listen(port, host, done);
  });
  return { server, url: `https://${host}:${(server.address() as AddressInfo).port}` };
}
