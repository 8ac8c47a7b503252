import { StratomeError } from '@stratome/core';

const explanations: Record<string, [what: string, remedy: string]> = {
  ENOSPC: ['the disk is full', 'Free space on that disk or choose another folder, then run again.'],
  EDQUOT: [
    'the disk quota is used up',
    'Free space within the quota or choose another folder, then run again.',
  ],
  EFBIG: ['the file would be larger than allowed', 'Raise the file size limit (ulimit -f), then run again.'],
  EROFS: ['the file system is read-only', 'Choose a folder on a writable file system.'],
  EACCES: ['permission is denied', 'Give the user who runs Stratome the right to use that folder.'],
  EPERM: ['permission is denied', 'Give the user who runs Stratome the right to use that folder.'],
  EMFILE: ['too many files are open', 'Raise the limit of open files (ulimit -n), then run again.'],
  ENFILE: ['too many files are open on this machine', 'Close other programs, then run again.'],
  EIO: ['the disk reported an input/output error', 'Check the disk, then run again.'],
};

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;

/** Turns a failure of the file system into a sentence; returns any other error unchanged. */
export function storageError(error: unknown, doing: string): unknown {
  const explanation = explanations[errorCode(error) ?? ''];
  if (!explanation) return error;
  const [what, remedy] = explanation;
  return new StratomeError('unavailable', `${doing} failed: ${what}.`, remedy, { cause: error });
}
