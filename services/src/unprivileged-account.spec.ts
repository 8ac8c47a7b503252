import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canReach, commandUnder, unprivilegedAccount } from './unprivileged-account.js';

const isRoot = process.getuid?.() === 0;
let folder: string;
// As root below /tmp, which everyone can walk through; TMPDIR may be root's own.
const scratch = isRoot ? '/tmp' : tmpdir();
beforeEach(async () => void (folder = await mkdtemp(join(scratch, 'stratome-account-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

it.skipIf(isRoot)('nobody needs another account without being root', async () => {
  expect(await unprivilegedAccount()).toBeUndefined();
});

describe.skipIf(!isRoot || process.platform !== 'linux')('as root', () => {
  /** Who the process is, whether it may read `file`, and which capabilities it holds. */
  const program = `const fs = require('fs');
    const able = (f) => { try { fs.accessSync(f, fs.constants.R_OK); fs.readFileSync(f); return true; } catch { return false; } };
    console.log(JSON.stringify({ uid: process.getuid(), groups: process.getgroups(), able: able(process.argv[1]),
      capabilities: /CapEff:\\t(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1] }));`;

  async function look(file: string) {
    const account = (await unprivilegedAccount())!;
    const command = await commandUnder(account, process.execPath, ['-e', program, file], [file]);
    const as = command.account ? { uid: account.uid, gid: account.gid } : {};
    const { stdout } = await promisify(execFile)(command.executable, command.args, { cwd: '/', ...as });
    return { account, seen: JSON.parse(stdout) };
  }

  it('a server runs as postgres or nobody, without capabilities where folders are open', async () => {
    await chmod(folder, 0o755);
    const file = join(folder, 'data');
    await writeFile(file, '', { mode: 0o644 });
    const { account, seen } = await look(file);
    expect(account.uid).toBeGreaterThan(0);
    expect(await canReach(account, file)).toBe(true);
    expect(seen).toMatchObject({ uid: account.uid, able: true, capabilities: '0000000000000000' });
  });

  it('it walks through folders that are closed to it, with that capability alone', async () => {
    const file = join(folder, 'data');
    await writeFile(file, '', { mode: 0o644 });
    const { account, seen } = await look(file);
    expect(await canReach(account, file)).toBe(false);
    expect(seen).toMatchObject({ uid: account.uid, able: true });
    // dac_read_search, or dac_override where a container withholds that.
    expect(['0000000000000004', '0000000000000002']).toContain(seen.capabilities);
    expect(seen.groups).not.toContain(0);
  });
});
