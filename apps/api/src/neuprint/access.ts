import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { NeuprintError } from './errors.js';

export const accessTokensToken = Symbol('access tokens');

/** Tokens that open the neuPrint routes; none given: every client is let in. */
export type AccessTokens = readonly string[];

const openRoute = 'neuprint open route';

/** For routes that say nothing about data. Every other neuPrint route asks for a token. */
export const Open = () => SetMetadata(openRoute, true);

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The token of `Authorization: Bearer …`, or undefined. */
export const bearerToken = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];

/** Lets in who shows one of the tokens; compares digests in constant time. */
@Injectable()
export class TokenGuard implements CanActivate {
  private readonly digests: readonly Buffer[];

  constructor(
    @Inject(accessTokensToken) tokens: AccessTokens,
    private readonly reflector: Reflector,
  ) {
    this.digests = tokens.map(digest);
  }

  get required(): boolean {
    return this.digests.length > 0;
  }

  canActivate(context: ExecutionContext): boolean {
    const open = this.reflector.getAllAndOverride<boolean>(openRoute, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (open || !this.required) return true;
    const shown = bearerToken(context.switchToHttp().getRequest<IncomingMessage>());
    if (shown === undefined) throw new NeuprintError(401, 'This server asks for a token.');
    const asDigest = digest(shown);
    // Each is compared, so that the time does not tell which one was near.
    if (this.digests.filter((known) => timingSafeEqual(known, asDigest)).length > 0) return true;
    throw new NeuprintError(401, 'The token is not known to this server.');
  }
}
