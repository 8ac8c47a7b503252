// Builds the web app and the 3-D viewer into apps/web/dist/client, each only when what it is made from changed, and
// lays a Brotli form beside each text file. No dependencies of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'apps/web');
const packages = ['apps/web/package.json', 'package-lock.json', 'scripts/build-web.mjs'];

/** `made` is the folder below dist that the part's files lie in. */
const parts = [
  {
    name: 'app',
    config: 'vite.config.ts',
    from: ['src', 'index.html', 'vite.config.ts'],
    made: 'client/app',
  },
  { name: 'viewer', config: 'viewer/vite.config.ts', from: ['viewer'], made: 'client/viewer' },
];

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function hashOf(part) {
  const hash = createHash('sha256');
  for (const file of [
    ...packages.map((name) => join(root, name)),
    ...part.from.flatMap((name) => filesBelow(join(web, name))),
  ]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function compress(folder) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  for (const file of filesBelow(folder)) {
    if (!['.js', '.css', '.html', '.svg', '.wasm'].includes(extname(file))) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
  }
}

/** @throws Error that carries what Vite printed */
export function buildWeb() {
  for (const part of parts) {
    const marker = join(web, 'dist', `${part.name}.sha256`);
    const hash = hashOf(part);
    if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) continue;
    const folder = join(web, 'dist', part.made);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const args = [vite, 'build', '--config', join(web, part.config), '--logLevel', 'warn'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: web, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The build of the ${part.name} failed.\n${stdout}${stderr}`.trim());
    compress(folder);
    writeFileSync(marker, hash);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    buildWeb();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
