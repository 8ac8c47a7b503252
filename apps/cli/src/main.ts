import { Command, CommanderError } from 'commander';
import { badInput, isStratomeError, StratomeError } from '@stratome/core';
import { exitCodeKey } from './action.js';
import { commands } from './commands/index.js';
import { Interrupted, interruptedExitCode } from './processes/interruption.js';

/**
 * The command line, without anything run. Commands that `args` do not name are there for the help alone.
 */
export async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('stratome')
    .description(
      'From electron-microscopy images of brain tissue to a connectome that can answer for itself.',
    )
    .version('0.1.0')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nEvery command takes --json: the result, or {"error": {kind, message, remedy}}, as one line on stdout.' +
        '\nExit codes: 0 done, 1 internal fault, 2 bad input, 3 not found, 4 conflict, 5 unavailable, 6 corrupt data.',
    );
  for (const { name, description, define } of commands) {
    const command = new Command(name).description(description);
    program.addCommand(args.includes(name) ? await define(command) : command);
  }
  for (const command of [program, ...program.commands]) {
    // Errors are thrown and written in one place; help goes to stdout as usual.
    command.exitOverride().configureOutput({ writeErr: () => {} });
  }
  return program;
}

/** What commander found wrong with the command line, as an error of ours. */
function commandLineError(error: CommanderError): StratomeError {
  const [message, ...hints] = error.message.replace(/^error: /, '').split('\n');
  const hint = hints.join(' ').replace(/^\((.*)\)$/, '$1');
  return badInput(`${message.replace(/\.?$/, '.')}`, hint || 'See npx stratome --help.');
}

function report(error: StratomeError, json: boolean): number {
  const { kind, message, remedy } = error;
  if (json) process.stdout.write(`${JSON.stringify({ error: { kind, message, remedy } })}\n`);
  else process.stderr.write(`${error.sentence}\n`);
  return error.exitCode;
}

/**
 * Runs the `stratome` command and resolves to its exit code.
 * @param args the command line without node and script
 */
export async function main(args: string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    const program = await buildProgram(args);
    if (args.length === 0) program.help();
    await program.parseAsync(args, { from: 'user' });
    const codes = program.commands.map(
      (command) => command.getOptionValue(exitCodeKey) as number | undefined,
    );
    return codes.find((code) => code !== undefined) ?? 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : report(commandLineError(error), json);
    }
    if (isStratomeError(error)) return report(error, json);
    if (error instanceof Interrupted) {
      process.stderr.write(`${error.message}\n`);
      return interruptedExitCode;
    }
    // A fault of ours: the stack helps whoever mends it.
    if (error instanceof Error && process.env.STRATOME_DEBUG) process.stderr.write(`${error.stack}\n`);
    const message = `Unexpected fault: ${error instanceof Error ? error.message : String(error)}.`;
    return report(new StratomeError('internal', message, 'Set STRATOME_DEBUG=1 to see where.'), json);
  }
}
