import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { httpStatuses, isStratomeError } from '@stratome/core';

/** An answer other than the one asked for, in neuPrint's form. */
export class NeuprintError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Says errors as `{"error": sentence}`, as neuPrintHTTP does; faults of ours are only logged. */
@Catch()
export class NeuprintErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('neuprint');

  catch(error: unknown, host: ArgumentsHost): void {
    const [status, sentence] = this.answerTo(error);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response
      .writeHead(status, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ error: sentence }));
  }

  private answerTo(error: unknown): [number, string] {
    if (error instanceof NeuprintError) return [error.status, error.message];
    if (error instanceof HttpException) return [error.getStatus(), error.message];
    if (isStratomeError(error) && error.kind !== 'internal')
      return [httpStatuses[error.kind], error.sentence];
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return [500, 'The server failed; its log says why.'];
  }
}
