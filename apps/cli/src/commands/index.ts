import type { Command } from 'commander';
import { phantomCommand } from './phantom.js';
import { resetCommand } from './reset.js';
import { servicesCommand } from './services.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';

/** Every command of `stratome`, in the order of its help. */
export const commands: readonly (() => Command)[] = [
  servicesCommand,
  phantomCommand,
  statusCommand,
  stopCommand,
  resetCommand,
];
