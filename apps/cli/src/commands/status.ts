import { Command } from 'commander';
import { servicesStatus, type ServiceStatus } from '@stratome/services';
import { runs } from '../action.js';
import { renderTable } from '../table.js';

export function describeServices(services: readonly ServiceStatus[]): string {
  const columns = [
    { title: 'Server' },
    { title: 'State' },
    { title: 'Port' },
    { title: 'Process' },
    { title: 'Log' },
  ];
  const rows = services.map(({ name, state, port, pid, log }) => [
    name,
    state,
    port ?? '',
    pid ?? '',
    log ?? '',
  ]);
  return renderTable(columns, rows);
}

export function statusCommand(): Command {
  const command = new Command('status').description('show the servers');
  return runs(command, async () => {
    const services = await servicesStatus();
    return { json: { services }, text: describeServices(services) };
  });
}
