import { badInput, StratomeError } from '@stratome/core';
import { checkNeo4j, checkPostgres, checkRedis } from './health.js';
import type { ServiceAddresses } from './addresses.js';

type Elsewhere = { [name in keyof ServiceAddresses]?: ServiceAddresses[name] };

function urlFrom(env: NodeJS.ProcessEnv, variable: string, schemes: string[]): string | undefined {
  const value = env[variable];
  if (!value) return undefined;
  const scheme = /^([a-z0-9+]+):\/\/./.exec(value)?.[1];
  // The value may hold a password: errors name the variable alone.
  if (!scheme || !schemes.includes(scheme)) {
    throw badInput(`${variable} is not an address of that server.`, `It must begin with ${schemes[0]}://.`);
  }
  return value;
}

const boltSchemes = ['bolt', 'neo4j', 'bolt+s', 'neo4j+s', 'bolt+ssc', 'neo4j+ssc'];

/** Addresses of servers which the environment names and which are therefore not started here. */
export function serversElsewhere(env: NodeJS.ProcessEnv = process.env): Elsewhere {
  const uri = urlFrom(env, 'NEO4J_URI', boltSchemes);
  const postgres = urlFrom(env, 'POSTGRES_URL', ['postgres', 'postgresql']);
  const redis = urlFrom(env, 'REDIS_URL', ['redis', 'rediss']);
  return {
    ...(uri && { neo4j: { uri, user: env.NEO4J_USER || 'neo4j', password: env.NEO4J_PASSWORD ?? '' } }),
    ...(postgres && { postgres: { url: postgres } }),
    ...(redis && { redis: { url: redis } }),
  };
}

async function reach(variable: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0] || (error as { code?: string }).code;
    throw new StratomeError(
      'unavailable',
      `The server that ${variable} names does not answer: ${reason}.`,
      `Start it, correct ${variable}, or unset it to have one started here.`,
      { cause: error },
    );
  }
}

/** @throws unavailable for the first one that does not answer. */
export async function checkElsewhere({ neo4j, postgres, redis }: Elsewhere): Promise<void> {
  if (neo4j) await reach('NEO4J_URI', () => checkNeo4j(neo4j));
  if (postgres) await reach('POSTGRES_URL', () => checkPostgres(postgres.url));
  if (redis) await reach('REDIS_URL', () => checkRedis(redis.url));
}
