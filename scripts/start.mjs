// Behind `npm start`: says what the machine lacks, installs, builds, and hands over to the stratome command.
// `npm start -- --once` runs `stratome start --once`; `npm start -- status` runs `stratome status`.
// No dependencies, and nothing above the Node check that an old Node cannot read.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const unavailable = 5;
const given = process.argv.slice(2);
const json = given.includes('--json');
const args = given.length > 0 && !given[0].startsWith('-') ? given : ['start', ...given];

function fail(sentences, remedy) {
  process.stderr.write(`${sentences.join('\n')}\n`);
  // What a failed step printed stands on lines of its own and goes to stderr alone.
  const message = sentences.map((sentence) => sentence.split('\n')[0]).join(' ');
  const error = { kind: 'unavailable', message, remedy };
  if (json) process.stdout.write(`${JSON.stringify({ error })}\n`);
  process.exit(unavailable);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    [`Node 20 or newer is missing (this is ${process.versions.node}). Install it from https://nodejs.org.`],
    '',
  );
}

/** These work on a machine that could not start the servers. */
const withoutServers = ['stop', 'reset', 'status', 'phantom', 'segment', 'evaluate', 'help'];
const needsServers = !withoutServers.includes(args[0]) && !args.includes('--help') && !args.includes('-h');

async function prepare() {
  const { missingPrerequisites, neededDiskBytes } = await import('../services/prerequisites.mjs');
  const { installAndBuild, isInstalled } = await import('./install.mjs');
  if (needsServers) {
    const diskBytes = isInstalled().installed ? neededDiskBytes / 3 : neededDiskBytes;
    const missing = missingPrerequisites({ folder: root, diskBytes });
    if (missing.length > 0) fail(missing, 'Install what is missing and try again.');
  }
  const log = (line) => process.stderr.write(`${line}\n`);
  await installAndBuild({ log }).catch((error) => fail([error.message], 'What it printed is on stderr.'));
}

function runCommand() {
  const command = join(root, 'apps', 'cli', 'bin', 'stratome.mjs');
  const child = spawn(process.execPath, [command, ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the command decides what it means, and this process ends with it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}

await prepare();
runCommand();
