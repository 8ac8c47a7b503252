import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { webApp } from './web/web-app.js';
import { ApiModule, type ApiConnections } from './api.module.js';
import type { QueryLimits } from './graphql/limits.js';
import type { AccessTokens } from './neuprint/index.js';

/** neuPrint's clients send lists of some ten thousand ids. */
const largestBody = '16mb';

/**
 * The API as an application that does not listen yet.
 *
 * @param tokens tokens that open the neuPrint routes; without any they are open
 */
export async function createApi(
  connections: ApiConnections,
  limits?: QueryLimits,
  tokens?: AccessTokens,
): Promise<INestApplication> {
  const api = await NestFactory.create<NestExpressApplication>(ApiModule.over(connections, limits, tokens), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  api.useBodyParser('json', { limit: largestBody });
  api.enableCors();
  api.use(webApp());
  return api;
}
