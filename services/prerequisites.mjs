// What Stratome needs on a machine, found without any installed package: `npm start` asks before `npm ci`.
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statfsSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const neededNodeMajor = 20;
export const acceptedJavaMajors = [17, 21];
/** Packages, jars, databases and a default run together, as measured, with room to spare. */
export const neededDiskBytes = 6e9;

/** What Maven fetches, and where it is told to put it. */
export const pomFile = fileURLToPath(new URL('neo4j/pom.xml', import.meta.url));

/** Where downloads are kept; shared by all state folders and safe to delete while nothing runs. */
export const cacheFolder = (env = process.env) =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stratome');

/**
 * Where Neo4j's and Redis's files are once Maven has fetched them. The name holds the version and a hash of the pom,
 * so that a changed pom is fetched afresh.
 */
export function downloadsFolder(env = process.env) {
  const pom = readFileSync(pomFile, 'utf8');
  const version = /<neo4j\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
  const hash = createHash('sha256').update(pom).digest('hex').slice(0, 8);
  return join(cacheFolder(env), 'servers', `neo4j-${version}-${hash}`);
}

export function findOnPath(name, env = process.env) {
  for (const folder of (env.PATH ?? '').split(':').filter(Boolean)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

const majorOf = (version) => Number(/^(?:1\.)?(\d+)/.exec(version)?.[1] ?? Number.NaN);

/** The major version of the Java installed at `home`, or undefined where there is none. */
function javaMajorAt(home, env) {
  const executable = join(home, 'bin', 'java');
  if (!existsSync(executable)) return undefined;
  try {
    const version = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, 'release'), 'utf8'));
    if (version) return majorOf(version[1]);
  } catch {
    // no release file: ask the executable
  }
  const { stderr } = spawnSync(executable, ['-version'], { encoding: 'utf8', env, timeout: 20_000 });
  const version = /version "([^"]+)"/.exec(stderr ?? '');
  return version ? majorOf(version[1]) : undefined;
}

const subfolders = (folder, below = '') => {
  try {
    return readdirSync(folder).map((name) => join(folder, name, below));
  } catch {
    return [];
  }
};

function* javaHomes(env, systemFolders) {
  if (env.JAVA_HOME) yield env.JAVA_HOME;
  const onPath = findOnPath('java', env);
  if (onPath) yield dirname(dirname(realpathSync(onPath)));
  for (const folder of systemFolders) yield* subfolders(folder).sort();
  if (env.HOME) yield* subfolders(join(env.HOME, '.sdkman/candidates/java'));
  if (process.platform !== 'darwin') return;
  yield* subfolders('/Library/Java/JavaVirtualMachines', 'Contents/Home');
  yield* subfolders('/opt/homebrew/opt', 'libexec/openjdk.jdk/Contents/Home');
  for (const major of acceptedJavaMajors) {
    const asked = spawnSync('/usr/libexec/java_home', ['-F', '-v', String(major)], { encoding: 'utf8' });
    if (asked.status === 0) yield asked.stdout.trim();
  }
}

/**
 * The first Java that Neo4j 5.26 runs on, and every Java seen on the way. JAVA_HOME and PATH come first, then
 * the folders where systems keep their Javas, so it need not be the default one.
 */
export function findJava(env = process.env, systemFolders = ['/usr/lib/jvm', '/usr/java', '/opt/java']) {
  const seen = new Map();
  for (const home of javaHomes(env, systemFolders)) {
    if (!existsSync(home)) continue;
    const real = realpathSync(home);
    if (seen.has(real)) continue;
    const major = javaMajorAt(real, env);
    if (major === undefined) continue;
    const java = { home: real, executable: join(real, 'bin', 'java'), major };
    if (acceptedJavaMajors.includes(major)) return { java, others: [...seen.values()] };
    seen.set(real, java);
  }
  return { java: undefined, others: [...seen.values()] };
}

/** Free bytes of the disk that holds `path` or its nearest existing folder. */
export function freeDiskBytes(path) {
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const packageOf = (debian, mac) =>
  process.platform === 'darwin' ? `brew install ${mac}` : `apt install ${debian}`;

export function javaIsMissing({ others }) {
  const found = others.map(({ home, major }) => `Java ${major} in ${home}`).join(', ');
  const but = found ? ` Found only ${found}, which Neo4j 5.26 does not run on.` : '';
  return `Java 17 or 21 is missing.${but} Install it (${packageOf('openjdk-17-jre-headless', 'openjdk@21')}) or set JAVA_HOME.`;
}

export const mavenIsMissing = () =>
  `Maven (mvn) is missing. Install it (${packageOf('maven', 'maven')}); it fetches Neo4j once.`;

/**
 * Everything that is missing, one sentence each with what to install; empty when all is there.
 * Where NEO4J_URI names a server neither Java nor Maven is needed; `jarsFetched` says that Maven has done its part.
 */
export function missingPrerequisites({
  env = process.env,
  folder = process.cwd(),
  nodeVersion = process.versions.node,
  diskBytes = neededDiskBytes,
  jarsFetched = existsSync(downloadsFolder(env)),
  systemFolders = undefined,
} = {}) {
  const missing = [];
  if (process.platform === 'win32') {
    missing.push('Windows itself is not supported. Use the Windows Subsystem for Linux (wsl --install).');
  }
  if (majorOf(nodeVersion) < neededNodeMajor) {
    missing.push(
      `Node ${neededNodeMajor} or newer is missing (this is ${nodeVersion}). Install it from https://nodejs.org.`,
    );
  }
  if (!env.NEO4J_URI) {
    const found = findJava(env, systemFolders);
    if (!found.java) missing.push(javaIsMissing(found));
    if (!jarsFetched && !findOnPath('mvn', env)) missing.push(mavenIsMissing());
  }
  const free = freeDiskBytes(folder);
  if (free < diskBytes) {
    const gigabytes = (bytes) => (bytes / 1e9).toFixed(1);
    missing.push(
      `${gigabytes(diskBytes)} GB of free disk are needed in ${folder}, and ${gigabytes(free)} GB are free. Free some space.`,
    );
  }
  return missing;
}
