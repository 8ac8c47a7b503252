// Everything CI runs, behind `npm test`. Each step is tried even when one before it failed; the last line says
// how many checks and tests passed and failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPrerequisites } from '../services/prerequisites.mjs';
import { installAndBuild } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const checks = [
  ['lock file fits', 'npm', 'ci', '--dry-run', '--loglevel=error', '--silent'],
  ['format', 'npx', 'prettier', '--check', '.', '--log-level', 'warn'],
  ['lint', 'npx', 'oxlint', '--quiet'],
  ['dependency directions', 'npm', 'run', '--silent', 'depcheck'],
  ['generated Cypher wrappers are up to date', 'node', 'scripts/generate-cypher.mjs', '--check'],
  ['the web app’s operations are up to date', 'node', 'scripts/generate-web-queries.mjs', '--check'],
  ['GraphQL schema file is up to date', 'node', 'scripts/emit-schema.mjs', '--check'],
];

const folder = mkdtempSync(join(tmpdir(), 'stratome-tests-'));
/** Where the integration tests run their servers: known here, so that they are stopped whatever becomes of vitest. */
const serverHome = join(folder, 'servers-home');
const count = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
let running;

function run(command, args, env = {}) {
  return new Promise((done) => {
    running = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    running.once('error', (error) => {
      console.error(error.message);
      done(false);
    });
    running.once('close', (code) => done(code === 0));
  });
}

function record(title, ok) {
  count[ok ? 'passed' : 'failed']++;
  if (!ok) failures.push(title);
}

async function check(title, command, ...args) {
  console.log(`\n— ${title}`);
  record(title, await run(command, args));
}

/** Runs one vitest project and adds up its tests. */
async function tests(project, ...files) {
  console.log(`\n— ${project} tests`);
  const file = join(folder, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...files, ...reporters];
  const ok = await run(process.execPath, args, { STRATOME_TEST_HOME: serverHome });
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const failed = report?.numFailedTests ?? 0;
  count.passed += report?.numPassedTests ?? 0;
  count.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  count.failed += failed;
  for (const suite of report?.testResults ?? []) {
    const broken = suite.assertionResults.filter(({ status }) => status === 'failed');
    failures.push(...broken.map(({ fullName }) => `${suite.name.replace(root, '')}: ${fullName}`));
    if (broken.length === 0 && suite.status === 'failed') record(suite.name.replace(root, ''), false);
  }
  // A crash, an error outside tests or an empty run may leave a report in which nothing failed.
  const seen = failed > 0 || report?.testResults.some(({ status }) => status === 'failed');
  // Without a browser its tests are all skipped, which vitest calls well.
  const ran = report && report.numPassedTests + report.numPendingTests > 0;
  if (!seen && (!ok || !ran)) record(`${project} tests as a whole`, false);
}

async function cleanUp() {
  if (existsSync(serverHome)) {
    // Without the addresses of servers elsewhere: what was started in this folder is meant.
    const nowhere = { STRATOME_HOME: serverHome, NEO4J_URI: '', POSTGRES_URL: '', REDIS_URL: '' };
    await run(process.execPath, ['services/dist/main.js', 'reset', '--json'], nowhere);
  }
  rmSync(folder, { recursive: true, force: true });
}

function summarise() {
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((title) => `  ${title}`).join('\n')}`);
  if (count.skipped > 0) console.log(`\n${count.skipped} skipped`);
  console.log(`\n${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed === 0 ? 0 : 1;
}

async function main() {
  const missing = missingPrerequisites({ folder: root });
  if (missing.length > 0) {
    failures.push(...missing);
    count.failed += missing.length;
    return;
  }
  const title = 'install and build (types)';
  const error = await installAndBuild({ log: console.log }).then(
    () => undefined,
    (reason) => reason,
  );
  if (error) console.error(error.message);
  record(title, !error);
  // Without packages nothing else can run; with packages and a type error the rest still says something.
  if (!existsSync('node_modules/vitest')) return;
  for (const each of checks) await check(...each);
  await tests('unit');
  await tests('integration');
  await tests('browser', 'test/browser/short.spec.ts');
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    running?.kill(signal);
    await cleanUp();
    process.exit(130);
  });
}
await main();
await cleanUp();
summarise();
