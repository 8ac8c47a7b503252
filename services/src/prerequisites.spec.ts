import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  downloadsFolder,
  findJava,
  findOnPath,
  freeDiskBytes,
  missingPrerequisites,
} from '../prerequisites.mjs';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'stratome-prerequisites-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function executable(path: string, script = 'exit 0'): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A folder that looks like an installed Java; without a release file its version has to be asked for. */
function installJava(path: string, version: string, release = true): string {
  executable(join(path, 'bin/java'), `echo 'openjdk version "${version}" 2025-04-15' >&2`);
  if (release) writeFileSync(join(folder, path, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return join(folder, path);
}

const systemFolders = () => [join(folder, 'jvm')];
const path = () => join(folder, 'bin');
/** A machine with nothing but what the test puts there. */
const bare = () => ({ PATH: path(), XDG_CACHE_HOME: join(folder, 'cache') });

describe('Java', () => {
  it('is found though another one is the default', () => {
    installJava('jvm/java-25', '25.0.3');
    const home = installJava('jvm/java-17', '17.0.15');
    const { java } = findJava({ PATH: path(), JAVA_HOME: join(folder, 'jvm/java-25') }, systemFolders());
    expect(java).toEqual({ home, executable: join(home, 'bin/java'), major: 17 });
  });

  it('is not 25 alone, and what was found is said', () => {
    installJava('jvm/java-25', '25.0.3');
    expect(findJava({ PATH: path() }, systemFolders())).toMatchObject({
      java: undefined,
      others: [{ major: 25 }],
    });
    executable('bin/mvn');
    const missing = missingPrerequisites({
      env: bare(),
      systemFolders: systemFolders(),
      diskBytes: 0,
    });
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatch(/Java 17 or 21 is missing\. Found only Java 25 in .*java-25.*Install it/);
  });

  it('8 (named 1.8.0) is not taken for 1 or 18', () => {
    installJava('jvm/java-8', '1.8.0_402');
    expect(findJava({ PATH: path() }, systemFolders()).others).toMatchObject([{ major: 8 }]);
  });

  it('is asked for its version where no release file tells it', () => {
    installJava('jvm/odd', '21.0.2', false);
    // The script is run with sh, so PATH needs no Java.
    expect(findJava({ PATH: '/usr/bin:/bin', JAVA_HOME: join(folder, 'jvm/odd') }, []).java?.major).toBe(21);
  });

  it('of JAVA_HOME comes before others', () => {
    installJava('jvm/a-17', '17.0.1');
    const home = installJava('mine', '21.0.1');
    expect(findJava({ PATH: path(), JAVA_HOME: home }, systemFolders()).java?.home).toBe(home);
  });
});

describe('what is missing', () => {
  const complete = () => {
    executable('bin/mvn');
    installJava('jvm/java-17', '17.0.15');
    return { env: bare(), systemFolders: systemFolders(), diskBytes: 0 };
  };

  it('is nothing on a complete machine', () => expect(missingPrerequisites(complete())).toEqual([]));

  it('is named all at once', () => {
    const missing = missingPrerequisites({
      env: bare(),
      systemFolders: systemFolders(),
      nodeVersion: '18.19.0',
      diskBytes: 1e18,
      folder,
    });
    expect(missing.map((sentence) => sentence.split(' ').slice(0, 2).join(' '))).toEqual([
      'Node 20',
      'Java 17',
      'Maven (mvn)',
      '1000000000.0 GB',
    ]);
    for (const sentence of missing) expect(sentence).toMatch(/Install it|Free some space/);
  });

  it('is neither Java nor Maven when NEO4J_URI names a server', () => {
    const env = { ...bare(), NEO4J_URI: 'bolt://db:7687' };
    expect(missingPrerequisites({ env, systemFolders: [], diskBytes: 0 })).toEqual([]);
  });

  it('is not Maven once it has done its part', () => {
    const options = complete();
    rmSync(join(folder, 'bin/mvn'));
    expect(missingPrerequisites(options)).toHaveLength(1);
    const env = bare();
    expect(missingPrerequisites({ ...options, env })).toHaveLength(1);
    mkdirSync(downloadsFolder(env), { recursive: true });
    expect(missingPrerequisites({ ...options, env })).toEqual([]);
  });
});

it('PATH finds executables only', () => {
  executable('bin/tool');
  writeFileSync(join(folder, 'bin/text'), '');
  expect(findOnPath('tool', { PATH: path() })).toBe(join(folder, 'bin/tool'));
  expect(findOnPath('text', { PATH: path() })).toBeUndefined();
  expect(findOnPath('tool', {})).toBeUndefined();
});

it('free disk is that of the nearest folder that exists', () => {
  const here = freeDiskBytes(folder);
  expect(here).toBeGreaterThan(0);
  expect(Math.abs(freeDiskBytes(join(folder, 'not/yet')) - here)).toBeLessThan(1e9);
});
