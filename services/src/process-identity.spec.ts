import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { identify, isAlive, stopProcess, type ProcessIdentity } from './process-identity.js';

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Starts a Node process that runs `script` and resolves once it says so. */
async function start(script: string): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000); console.log('up')`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((done) => child.stdout!.once('data', done));
  return { child, identity: (await identify(child.pid!))! };
}

const ended = (child: ChildProcess) =>
  new Promise((done) => child.once('exit', (_code, signal) => done(signal)));

describe('a process', () => {
  it('is told from a later one with its number', async () => {
    const { child, identity } = await start('');
    expect(await isAlive(identity)).toBe(true);
    expect(await isAlive({ ...identity, started: 'another time' })).toBe(false);
    const end = ended(child);
    child.kill('SIGKILL');
    await end;
    expect(await isAlive(identity)).toBe(false);
    expect(await identify(identity.pid)).toBeUndefined();
  });

  it('is never alive without a sensible number', async () => {
    const { started } = (await identify(process.pid))!;
    for (const pid of [0, 1, -1, 1.5, Number.NaN]) expect(await isAlive({ pid, started })).toBe(false);
    expect(await isAlive(undefined)).toBe(false);
  });
});

describe('stopping', () => {
  it('sends the gentle signal first', async () => {
    const { child, identity } = await start('');
    const end = ended(child);
    expect(await stopProcess(identity, 'SIGINT', 10_000, 'SIGKILL')).toBe(true);
    expect(await end).toBe('SIGINT');
  });

  it('sends the last signal to a process that does not go', async () => {
    const { child, identity } = await start("process.on('SIGTERM', () => {})");
    const end = ended(child);
    expect(await stopProcess(identity, 'SIGTERM', 200, 'SIGKILL')).toBe(false);
    expect(await end).toBe('SIGKILL');
  });

  it('leaves a process alone whose start time differs', async () => {
    const { child, identity } = await start('');
    let signalled = false;
    child.once('exit', () => (signalled = true));
    expect(await stopProcess({ ...identity, started: 'stale' }, 'SIGKILL', 1_000, 'SIGKILL')).toBe(true);
    await new Promise((done) => setTimeout(done, 100));
    expect(signalled).toBe(false);
    expect(await isAlive(identity)).toBe(true);
  });
});
