// Everything CI runs, behind `npm test`. Each step is tried even when one before it failed; the last line says
// how many checks and tests passed and failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installAndBuild } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

let passed = 0;
let failed = 0;
let skipped = 0;

function run(title, command, args) {
  console.log(`\n— ${title}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root });
  if (error) console.error(error.message);
  return status === 0;
}

function check(title, command, ...args) {
  if (run(title, command, args)) passed++;
  else {
    failed++;
    console.error(`FAILED: ${title}`);
  }
}

/** Runs one vitest project and adds up its tests. */
function tests(project) {
  const folder = mkdtempSync(join(tmpdir(), 'stratome-tests-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = run(`${project} tests`, 'npx', ['vitest', 'run', '--project', project, ...reporters]);
  if (existsSync(report)) {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report),
    );
    passed += numPassedTests;
    skipped += numPendingTests;
    failed += Math.max(numFailedTests, ok ? 0 : Math.max(1, numFailedTestSuites));
  } else failed++;
  rmSync(folder, { recursive: true, force: true });
}

try {
  await installAndBuild({ log: console.log });
  passed++;
} catch (error) {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}
check('format', 'npx', 'prettier', '--check', '.', '--log-level', 'warn');
check('lint', 'npx', 'oxlint', '--quiet');
check('dependency directions', 'npm', 'run', '--silent', 'depcheck');
check('generated Cypher wrappers are up to date', 'node', 'scripts/generate-cypher.mjs', '--check');
tests('unit');
tests('integration');

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
