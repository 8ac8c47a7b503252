import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import os from 'node:os';
import type { CodeRevision, Environment } from './record.js';

/** Libraries whose version can change a result. */
const librariesOfNote = ['onnxruntime-node', 'sharp', 'fft.js', 'ml-matrix', 'zarrita'];

/**
 * The git commit of the code in `root`, and whether tracked files differ from it. Where there is no git checkout
 * (an installed release), the environment variable STRATOME_CODE_REVISION or the release version is used.
 */
export function captureCodeRevision(root: string, releaseVersion: string): CodeRevision {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const given = process.env.STRATOME_CODE_REVISION;
  if (given) return { commit: given, dirty: false };
  try {
    const commit = git('rev-parse', 'HEAD');
    return { commit, dirty: git('status', '--porcelain', '--untracked-files=no') !== '' };
  } catch {
    return { commit: `release-${releaseVersion}`, dirty: false };
  }
}

function libraryVersions(resolveFrom: string): Record<string, string> {
  const require = createRequire(resolveFrom);
  const versions: Record<string, string> = {};
  for (const name of librariesOfNote) {
    for (const folder of require.resolve.paths(name) ?? []) {
      try {
        versions[name] = (require(`${folder}/${name}/package.json`) as { version: string }).version;
        break;
      } catch {
        // Not in this folder; the next one up is tried, and a library that is nowhere is not in use.
      }
    }
  }
  return versions;
}

/**
 * The machine and software a stage runs on.
 *
 * @param resolveFrom URL of the module whose dependencies are meant (`import.meta.url`)
 */
export function captureEnvironment(
  resolveFrom: string,
  executionProvider: Environment['executionProvider'],
  accelerator = 'none',
): Environment {
  const processors = os.cpus();
  return {
    hardware: {
      architecture: os.arch(),
      processor: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGib: Math.round(os.totalmem() / 2 ** 30),
      accelerator,
    },
    system: `${os.type()} ${os.release()}`,
    runtime: `node ${process.version}`,
    libraries: libraryVersions(resolveFrom),
    executionProvider,
  };
}
