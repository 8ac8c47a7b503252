import type { Command } from 'commander';
import { servicesStatus, type ServiceStatus } from '@stratome/services';
import { runs } from '../action.js';
import { describeDatasets, readDatasets } from '../run/dataset-status.js';
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

export function defineStatus(command: Command): Command {
  return runs(command, async () => {
    const services = await servicesStatus();
    const datasets = await readDatasets(services);
    return {
      json: { services, datasets },
      text: [describeServices(services), ...describeDatasets(datasets)].join('\n'),
    };
  });
}
