import { badInput, isStratomeError, type StratomeError } from '@stratome/core';
import { CommanderError } from 'commander';

/** The person pressed Ctrl-C, or `stratome stop` asked this command to end. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}

/** Exit code of a process that SIGINT ended, by the shell's convention. */
const interruptedExitCode = 130;

function fromCommander(error: CommanderError): StratomeError {
  const sentence = error.message.replace(/^error: /, '').replace(/\.?$/, '.');
  return badInput(sentence[0].toUpperCase() + sentence.slice(1), 'Add --help to see what may be given.');
}

/**
 * Reports why a command ended: one sentence on stderr, and with `json` one line
 * `{"error": {"kind", "message", "remedy"}}` on stdout.
 *
 * @returns the exit code: that of the error's kind, 1 for what was not foreseen, 130 after an interruption
 */
export function reportFailure(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    // Help and version were printed by commander itself.
    if (error.exitCode === 0 || error.code === 'commander.help') return error.exitCode;
    return reportFailure(fromCommander(error), json);
  }
  const stratome = isStratomeError(error) ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.STRATOME_DEBUG === '1' && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`${stratome?.sentence ?? message}${stack}\n`);
  if (json) {
    const kind = stratome?.kind ?? (error instanceof Interrupted ? 'interrupted' : 'internal');
    process.stdout.write(`${JSON.stringify({ error: { kind, message, remedy: stratome?.remedy ?? '' } })}\n`);
  }
  return error instanceof Interrupted ? interruptedExitCode : (stratome?.exitCode ?? 1);
}
