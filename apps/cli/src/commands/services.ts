import type { Command } from 'commander';
import { startServices, type ServiceAddresses } from '@stratome/services';
import { runs } from '../action.js';
import { renderTable } from '../table.js';

export function describeAddresses({ neo4j, postgres, redis }: ServiceAddresses): string {
  const rows = [
    ['Neo4j', neo4j.uri],
    ['  user', neo4j.user],
    ['  password', neo4j.password],
    ...(neo4j.browser ? [['  Browser', neo4j.browser]] : []),
    ['PostgreSQL', postgres.url],
    ['Redis', redis.url],
  ];
  return renderTable([{ title: 'Server' }, { title: 'Address' }], rows);
}

export function defineServices(command: Command): Command {
  return runs(command, async (_args, _options, { note }) => {
    const addresses = await startServices({ onProgress: note });
    return { json: addresses, text: describeAddresses(addresses) };
  });
}
