import { Command } from 'commander';
import { stopServices } from '@stratome/services';
import { runs } from '../action.js';

export function stopCommand(): Command {
  const command = new Command('stop').description('stop the local servers; data stays');
  return runs(command, async (_args, _options, { note }) => {
    const stopped = await stopServices({ onProgress: note });
    const text = stopped.length > 0 ? `Stopped ${stopped.join(', ')}.` : 'No local server was running.';
    return { json: { stopped }, text };
  });
}
