import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readSettings } from '@stratome/pipeline';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

interface Service {
  image?: string;
  build?: { target: string };
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
}
let services: Record<string, Service>;
let volumes: Record<string, unknown>;
let dockerfile: string;

beforeAll(async () => {
  const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  ({ services, volumes } = parse(text, { merge: true }) as {
    services: typeof services;
    volumes: typeof volumes;
  });
  dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
});

/** The command that reads compose files, where this machine has one. */
async function composeCommand(): Promise<string[] | undefined> {
  for (const [program, ...args] of [['docker', 'compose'], ['docker-compose']]) {
    const works = await run(program, [...args, 'version']).then(
      () => true,
      () => false,
    );
    if (works) return [program, ...args];
  }
  return undefined;
}

describe('docker-compose.yml', () => {
  it('has the servers, the API, a worker and one for a GPU', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['api', 'neo4j', 'postgres', 'redis', 'stratome', 'worker', 'worker-gpu'].sort(),
    );
    expect(services['worker-gpu'].profiles).toEqual(['gpu']);
    expect(services.worker.profiles).toBeUndefined();
  });

  it('pins official images to a full version, Neo4j to the one that runs without Docker', async () => {
    const images = Object.values(services).flatMap(({ image }) => image ?? []);
    expect(images).toHaveLength(3);
    for (const image of images) expect(image).toMatch(/^(neo4j|postgres|redis):\d+\.\d+/);
    const pom = await readFile(join(root, 'services/neo4j/pom.xml'), 'utf8');
    const version = /<neo4j\.version>(.*)</.exec(pom)?.[1];
    expect(services.neo4j.image).toBe(`neo4j:${version}-community`);
  });

  it('gives every process of ours an environment that it accepts', () => {
    const ours = Object.entries(services).filter(([, { build }]) => build);
    expect(ours).toHaveLength(4);
    for (const [, { environment }] of ours) {
      const values = Object.entries(environment!).map(([name, value]) => [
        name,
        value.replace(/\$\{[^}]*\}/, 'secret'),
      ]);
      expect(() => readSettings(Object.fromEntries(values))).not.toThrow();
    }
  });

  it('opens ports on the loopback address only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('refers to nothing that is not there', () => {
    for (const { depends_on = {}, volumes: mounts = [], build } of Object.values(services)) {
      for (const name of Object.keys(depends_on)) expect(services).toHaveProperty(name);
      for (const mount of mounts.filter((text) => /^\w/.test(text)))
        expect(volumes).toHaveProperty(mount.split(':')[0]);
      if (build) expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${build.target}$`, 'm'));
    }
    for (const [file] of dockerfile.matchAll(/apps\/\S+\.m?js/g)) {
      expect(existsSync(join(root, file.replace(/"$/, ''))), file).toBe(true);
    }
  });

  it('is accepted by Docker Compose, and refused without a password', async (context) => {
    const command = await composeCommand();
    if (!command) return context.skip('Docker Compose is not installed');
    const [program, ...args] = [...command, '--file', join(root, 'docker-compose.yml'), '--profile', 'gpu'];
    const config = (env: NodeJS.ProcessEnv) =>
      run(program, [...args, 'config'], { env: { ...process.env, ...env } });
    expect((await config({ STRATOME_PASSWORD: 'secret' })).stdout).toContain('worker-gpu:');
    await expect(config({ STRATOME_PASSWORD: '' })).rejects.toThrow('STRATOME_PASSWORD');
  });
});
