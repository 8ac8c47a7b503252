import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiModule, type ApiConnections } from './api.module.js';
import type { QueryLimits } from './graphql/limits.js';

/** The API as an application that does not listen yet. */
export async function createApi(
  connections: ApiConnections,
  limits?: QueryLimits,
): Promise<INestApplication> {
  const api = await NestFactory.create(ApiModule.over(connections, limits), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  api.enableCors();
  return api;
}
