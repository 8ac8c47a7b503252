import type { Command } from 'commander';
import { ProgressDisplay } from './progress-display.js';

/** What a command hands back: `json` is printed with --json, `text` without. */
export interface Outcome {
  json: unknown;
  text: string;
  /** Where the result itself is bad news; 0 when left out. */
  exitCode?: number;
  /** Done after the outcome was printed: serving, for one. */
  afterwards?: () => Promise<void>;
}

/** What a command may use beside its arguments and options. */
export interface Console {
  json: boolean;
  progress: ProgressDisplay;
  /** Says on stderr what is being done; with --json as {"note": …}. */
  note(message: string): void;
}

/** Under this name a command keeps the exit code of its outcome for `main`. */
export const exitCodeKey = 'exitCodeOfOutcome';

/**
 * Gives `command` the option --json and runs `work` as its action. `work` gets the positional arguments, then the
 * options, then the console; its outcome is printed once, on stdout, after the progress display has ended.
 * Errors are left to `main`.
 */
export function runs<Options extends object>(
  command: Command,
  work: (args: string[], options: Options, console: Console) => Promise<Outcome>,
): Command {
  return command
    .option('--json', 'print the result as one line of JSON; progress goes to stderr as JSON lines')
    .action(async () => {
      const options = command.opts<Options & { json?: boolean }>();
      const json = options.json === true;
      const progress = ProgressDisplay.on(process.stderr, json);
      const note = (message: string) => progress.note(message);
      let outcome: Outcome;
      try {
        outcome = await work(command.processedArgs as string[], options, { json, progress, note });
      } finally {
        progress.end();
      }
      const text = json ? JSON.stringify(outcome.json) : outcome.text;
      if (text !== '') process.stdout.write(`${text}\n`);
      if (outcome.exitCode) command.setOptionValue(exitCodeKey, outcome.exitCode);
      await outcome.afterwards?.();
    });
}
