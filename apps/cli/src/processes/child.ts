import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StratomeError } from '@stratome/core';
import { recordProcess, type ProcessRole } from './ledger.js';

export interface ChildRequest<Ready> {
  readonly home: string;
  readonly role: ProcessRole;
  /** As it is called in errors, e.g. "Worker 2". */
  readonly title: string;
  /** Path of the JavaScript file. */
  readonly module: string;
  /** Takes the child's stdout and stderr. */
  readonly log: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What the message says when it means that the child is ready; undefined for any other message. */
  readonly ready: (message: unknown) => Ready | undefined;
  /** Is told of everything the child says, and may answer. */
  readonly heard?: (message: unknown, answer: (message: object) => void) => void;
}

export interface Child<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  /** Resolves, never rejects, when the process has ended. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const stopGraceMs = 20_000;

/** Forks a process of ours and waits until it says that it is ready. @throws unavailable with its last line of log */
export async function forkChild<Ready>(request: ChildRequest<Ready>): Promise<Child<Ready>> {
  await mkdir(dirname(request.log), { recursive: true });
  const log = openSync(request.log, 'a');
  // A process group of its own: Ctrl-C reaches this process alone, which then stops its children in order.
  const child = fork(request.module, [], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: request.environment,
  });
  closeSync(log);
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const stop = () => endChild(child, exited);
  const forget = child.pid ? await recordProcess(request.home, request.role, child.pid) : undefined;
  void exited.then(() => forget?.());
  const ready = new Promise<Ready>((done) => {
    child.on('message', (message) => {
      request.heard?.(message, (answer) => child.send(answer));
      const said = request.ready(message);
      if (said !== undefined) done(said);
    });
  });
  const first = await Promise.race([ready.then((said) => ({ said })), exited]);
  if (first) return { pid: child.pid!, ready: first.said, exited, stop };
  throw new StratomeError(
    'unavailable',
    `${request.title} ended while starting: ${await lastLogLine(request.log)}`,
    `See ${request.log}.`,
  );
}

async function endChild(child: ReturnType<typeof fork>, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await exited;
  clearTimeout(timer);
}

/** The line that tells most: the last one, without the frames of a stack. */
export async function lastLogLine(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(at |\^|}|Node\.js v)/.test(line));
  return lines.at(-1)?.slice(0, 300) ?? 'it left no message.';
}
