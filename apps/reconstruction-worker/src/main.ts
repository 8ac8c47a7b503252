import { NestFactory } from '@nestjs/core';
import { isStratomeError } from '@stratome/core';
import { readSettings } from '@stratome/pipeline';
import { WorkerModule } from './worker.module.js';

// The log may lie on the disk that is full: a worker that cannot log goes on, since it has yet to say why it fails.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  const worker = await NestFactory.createApplicationContext(WorkerModule.forSettings(readSettings()), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  worker.enableShutdownHooks();
  // A worker does not outlive the command that started it.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.send?.('ready');
} catch (error) {
  console.error(isStratomeError(error) ? error.sentence : error);
  process.exit(isStratomeError(error) ? error.exitCode : 1);
}
