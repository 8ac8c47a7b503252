import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';

/** Hands errors of resolvers on to GraphQL, which says and logs what is proper; Nest would log all of them first. */
@Catch()
export class ExceptionsFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType<'graphql' | 'http'>() === 'graphql') return error;
    // oxlint-disable-next-line promise/valid-params, promise/no-promise-in-callback -- no promise, but Nest's filter
    super.catch(error, host);
    return undefined;
  }
}
