import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { resolvers } from './resolvers.js';

/** The schema as text, from the code alone: no server is needed. */
export async function schemaText(): Promise<string> {
  const module = await NestFactory.create(GraphQLSchemaBuilderModule, { logger: false });
  await module.init();
  const schema = await module.get(GraphQLSchemaFactory).create(resolvers);
  await module.close();
  return `# Generated from apps/api/src/graphql by scripts/emit-schema.mjs; edit the classes there.\n\n${printSchema(
    lexicographicSortSchema(schema),
  )}\n`;
}
