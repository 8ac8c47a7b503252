import { isStratomeError, StratomeError } from '@stratome/core';
import { Neo4jError } from 'neo4j-driver';

const firstLine = (text: string) => text.split('\n')[0].trim();

/** What kind of failure a server's status code is, and what to do about it. */
function verdict(error: Neo4jError, uri: string): [StratomeError['kind'], string, string] {
  const { code, message } = error;
  if (code.startsWith('Neo.ClientError.Security')) {
    return [
      'unavailable',
      `Neo4j at ${uri} refused the user name or password.`,
      'Check NEO4J_USER and NEO4J_PASSWORD.',
    ];
  }
  if (code === 'ServiceUnavailable' || code === 'SessionExpired') {
    return [
      'unavailable',
      `Neo4j does not answer at ${uri}.`,
      'Start it with "npx stratome services start", or correct NEO4J_URI.',
    ];
  }
  if (code === 'Neo.ClientError.Statement.AccessMode') {
    return [
      'badInput',
      'The query writes, and this is a place for reading only.',
      'Leave out CREATE, MERGE, SET, DELETE and the like.',
    ];
  }
  if (/TransactionTimedOut|TransactionTerminated|Terminated/.test(code)) {
    return ['badInput', 'The query took longer than it may.', 'Bound its paths, or ask for less at a time.'];
  }
  if (/MemoryPoolOutOfMemory|TransactionOutOfMemory/.test(code)) {
    return ['badInput', 'The query needs more memory than it may take.', 'Ask for less at a time.'];
  }
  if (/^Neo\.ClientError\.(Statement|Procedure)/.test(code)) {
    return ['badInput', `Neo4j refused the query: ${firstLine(message)}`, 'Correct the Cypher.'];
  }
  return ['internal', `Neo4j failed (${code}): ${firstLine(message)}`, ''];
}

/** Turns a driver's error into one meant for a person; others pass unchanged. */
export function translateNeo4jError(error: unknown, uri: string): unknown {
  if (isStratomeError(error) || !(error instanceof Neo4jError)) return error;
  const [kind, message, remedy] = verdict(error, uri);
  return new StratomeError(kind, message, remedy, { cause: error });
}
