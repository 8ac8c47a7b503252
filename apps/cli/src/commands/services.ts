import { startServices } from '@stratome/services';
import type { Command } from 'commander';
import { displayFor } from '../display/progress.js';
import { withJson } from '../options.js';

export function registerServices(program: Command): void {
  withJson(program.command('services'))
    .description('start Neo4j, PostgreSQL and Redis, and say where they are')
    .action(async ({ json = false }: { json?: boolean }) => {
      const addresses = await startServices({ onProgress: displayFor(json).note });
      const { neo4j, postgres, redis } = addresses;
      if (json) console.log(JSON.stringify(addresses));
      else {
        console.log(`Neo4j       ${neo4j.uri}  user ${neo4j.user}  password ${neo4j.password}`);
        if (neo4j.browser) console.log(`            ${neo4j.browser}`);
        console.log(`PostgreSQL  ${postgres.url}\nRedis       ${redis.url}`);
      }
    });
}
