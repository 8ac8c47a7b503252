/** What kind of failure an error is; each kind has one exit code of the `stratome` command. */
export const exitCodes = {
  internal: 1,
  badInput: 2,
  notFound: 3,
  conflict: 4,
  unavailable: 5,
  corrupt: 6,
} as const;

export type ErrorKind = keyof typeof exitCodes;

/** The status with which an HTTP server answers for a kind of failure. */
export const httpStatuses: Readonly<Record<ErrorKind, number>> = {
  internal: 500,
  badInput: 400,
  notFound: 404,
  conflict: 409,
  unavailable: 503,
  corrupt: 500,
};

/**
 * An error meant for a person: one sentence that names the thing, one that names the remedy.
 *
 * `internal` is a fault of ours; `badInput` is refused before compute; `notFound` names something that does
 * not exist; `conflict` is a clash with work under way; `unavailable` is a server or disk that cannot be
 * used now; `corrupt` is stored data that is not what was recorded.
 */
export class StratomeError extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly remedy: string = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StratomeError';
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }

  /** The message and, where there is one, the remedy, in one line. */
  get sentence(): string {
    return this.remedy === '' ? this.message : `${this.message} ${this.remedy}`;
  }
}

export const badInput = (message: string, remedy?: string) => new StratomeError('badInput', message, remedy);
export const notFound = (message: string, remedy?: string) => new StratomeError('notFound', message, remedy);
export const conflict = (message: string, remedy?: string) => new StratomeError('conflict', message, remedy);

export function isStratomeError(error: unknown): error is StratomeError {
  return error instanceof Error && error.name === 'StratomeError' && 'kind' in error;
}
