// The servers alone, without the rest of the stratome command: node services/dist/main.js start|stop|status|reset.
import { badInput, isStratomeError } from '@stratome/core';
import {
  resetServices,
  servicesStatus,
  startServices,
  stopServices,
  type ServiceOptions,
} from './lifecycle.js';

const actions: Record<string, (options: ServiceOptions) => Promise<unknown>> = {
  start: startServices,
  stop: async (options) => ({ stopped: await stopServices(options) }),
  status: servicesStatus,
  reset: async (options) => ({ stopped: await resetServices(options), reset: true }),
};

async function main(args: string[]): Promise<number> {
  const json = args.includes('--json');
  const [name, ...rest] = args.filter((arg) => arg !== '--json');
  try {
    const action = rest.length === 0 ? actions[name] : undefined;
    if (!action) {
      throw badInput(
        `"${args.join(' ')}" is not a command.`,
        `Use ${Object.keys(actions).join(', ')} [--json].`,
      );
    }
    const result = await action({ onProgress: (message) => process.stderr.write(`${message}\n`) });
    process.stdout.write(`${JSON.stringify(result, null, json ? 0 : 2)}\n`);
    return 0;
  } catch (error) {
    if (!isStratomeError(error)) throw error;
    process.stderr.write(`${error.sentence}\n`);
    const { kind, message, remedy } = error;
    if (json) process.stdout.write(`${JSON.stringify({ error: { kind, message, remedy } })}\n`);
    return error.exitCode;
  }
}

process.exitCode = await main(process.argv.slice(2));
