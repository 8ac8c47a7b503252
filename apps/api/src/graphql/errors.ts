import { Logger } from '@nestjs/common';
import { isStratomeError, type ErrorKind, type StratomeError } from '@stratome/core';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Apollo's words for our kinds of error. */
const codes: Record<ErrorKind, string> = {
  internal: 'INTERNAL_SERVER_ERROR',
  badInput: 'BAD_USER_INPUT',
  notFound: 'NOT_FOUND',
  conflict: 'CONFLICT',
  unavailable: 'UNAVAILABLE',
  corrupt: 'CORRUPT',
};

const logger = new Logger('graphql');

function causeOf(error: unknown): unknown {
  let inner = error;
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError;
  return inner;
}

export const asGraphQLError = (error: StratomeError): GraphQLError =>
  new GraphQLError(error.sentence, { extensions: { code: codes[error.kind] }, originalError: error });

/**
 * What a client may know of an error: our own sentences, and what GraphQL itself says of a malformed query.
 * Anything else is logged and only said to have happened.
 */
export function publicError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const cause = causeOf(error);
  if (isStratomeError(cause) && cause.kind !== 'internal') {
    return { message: cause.sentence, locations, path, extensions: { code: codes[cause.kind] } };
  }
  const ofGraphQL = cause instanceof GraphQLError;
  if (ofGraphQL) {
    return {
      message: formatted.message,
      locations,
      path,
      extensions: { code: formatted.extensions?.code ?? 'BAD_USER_INPUT' },
    };
  }
  logger.error(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  return { message: 'The server failed; its log says why.', path, extensions: { code: codes.internal } };
}
