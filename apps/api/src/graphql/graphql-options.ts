import type { IncomingMessage } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { GraphQLWsSubscriptionsConfig } from '@nestjs/graphql';
import { type ExecutionResult, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { asGraphQLError, publicError } from './errors.js';
import { exceedsLimits, type QueryLimits } from './limits.js';

/** Checks the size of each operation over HTTP, after GraphQL found it valid. */
const limitsPlugin = (limits: QueryLimits): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, request }) {
      const refusal = exceedsLimits(schema, document, request.operationName, request.variables ?? {}, limits);
      if (refusal) throw asGraphQLError(refusal);
    },
  }),
});

interface SubscribePayload {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/** Over WebSocket Apollo's plugins do not run: the operation is validated and measured here. */
function checkSubscribe(schema: GraphQLSchema, payload: SubscribePayload, limits: QueryLimits) {
  let document;
  try {
    document = parse(payload.query);
  } catch (error) {
    return [error as GraphQLError];
  }
  const invalid = validate(schema, document);
  if (invalid.length > 0) return invalid;
  const refusal = exceedsLimits(
    schema,
    document,
    payload.operationName ?? undefined,
    payload.variables ?? {},
    limits,
  );
  return refusal ? [asGraphQLError(refusal)] : undefined;
}

const publicErrors = (errors: readonly GraphQLError[]) =>
  errors.map((error) => {
    const { message, locations, path, extensions } = publicError(error.toJSON(), error);
    return { message, ...(locations ? { locations } : {}), ...(path ? { path } : {}), extensions };
  });

/** Nest hands these to graphql-ws whole, though its own type names only some of them. */
function webSocketOptions(schema: () => GraphQLSchema, limits: QueryLimits) {
  return {
    path: '/graphql',
    onSubscribe: (_context: unknown, _id: string, payload: SubscribePayload) =>
      checkSubscribe(schema(), payload, limits),
    onError: (_context: unknown, _id: string, _payload: unknown, errors: readonly GraphQLError[]) =>
      publicErrors(errors),
    onNext: (_context: unknown, _id: string, _payload: unknown, _args: unknown, result: ExecutionResult) =>
      result.errors ? { ...result, errors: publicErrors(result.errors) } : undefined,
  } as GraphQLWsSubscriptionsConfig;
}

/** Where the request was sent to, without a slash at the end; empty over a WebSocket. */
function originOf(request: IncomingMessage | undefined): string {
  const host = request?.headers.host;
  if (!host) return '';
  return `${'encrypted' in request.socket ? 'https' : 'http'}://${host}`;
}

/** GraphQL over HTTP and WebSocket at `/graphql`, with the same limits on both. */
export function graphqlOptions(limits: QueryLimits): ApolloDriverConfig {
  let schema: GraphQLSchema | undefined;
  return {
    driver: ApolloDriver,
    autoSchemaFile: true,
    sortSchema: true,
    introspection: true,
    playground: false,
    graphiql: true,
    includeStacktraceInErrorResponses: false,
    formatError: publicError,
    plugins: [limitsPlugin(limits)],
    context: ({ req }: { req?: IncomingMessage }) => ({ origin: originOf(req) }),
    transformSchema: (built) => (schema = built),
    subscriptions: { 'graphql-ws': webSocketOptions(() => schema!, limits) },
  };
}
