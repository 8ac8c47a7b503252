import type { Command } from 'commander';
import { evaluateCommand } from './evaluate.js';
import { phantomCommand } from './phantom.js';
import { queryCommand } from './query.js';
import { resetCommand } from './reset.js';
import { runCommand } from './run.js';
import { segmentCommand } from './segment.js';
import { serveCommand } from './serve.js';
import { servicesCommand } from './services.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';

/** Every command of `stratome`, in the order of its help. */
export const commands: readonly (() => Command)[] = [
  startCommand,
  servicesCommand,
  phantomCommand,
  runCommand,
  statusCommand,
  segmentCommand,
  evaluateCommand,
  queryCommand,
  serveCommand,
  stopCommand,
  resetCommand,
];
