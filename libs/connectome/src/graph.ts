import { StratomeError } from '@stratome/core';
import neo4j, { type Driver, type ManagedTransaction, type Session } from 'neo4j-driver';
import { decodeFields, encodeFields, statementFor, type Query } from './cypherTypes.js';
import { translateNeo4jError } from './neo4jErrors.js';

export interface GraphAddress {
  /** `bolt://host:port` or `neo4j://host:port`. */
  readonly uri: string;
  readonly user: string;
  readonly password: string;
}

/** Runs declared queries; a `Graph` runs each in a transaction of its own, a `GraphTransaction` all in one. */
export interface QueryRunner {
  run<Params extends object, Row extends object>(query: Query<Params, Row>, params: Params): Promise<Row[]>;
}

async function runIn<Params extends object, Row extends object>(
  transaction: ManagedTransaction,
  query: Query<Params, Row>,
  params: Params,
): Promise<Row[]> {
  const encoded = encodeFields(query.params, params, query.name);
  const { records } = await transaction.run(statementFor(query, encoded), encoded);
  return records.map((record) => decodeFields(query.returns, record.toObject(), query.name) as Row);
}

/** The connectome's Neo4j database. Integers cross as bigint. Close it when done. */
export class Graph implements QueryRunner {
  constructor(
    readonly driver: Driver,
    readonly address: GraphAddress,
  ) {}

  /**
   * Runs one query in a managed transaction, which the driver repeats when the server says the failure was
   * transient (a deadlock, a change of leader).
   *
   * @throws StratomeError badInput when a parameter is not of its declared type, unavailable when the server is
   */
  async run<Params extends object, Row extends object>(
    query: Query<Params, Row>,
    params: Params,
  ): Promise<Row[]> {
    return this.inSession(query.mode === 'read' ? neo4j.session.READ : neo4j.session.WRITE, (session) => {
      const work = (transaction: ManagedTransaction) => runIn(transaction, query, params);
      return query.mode === 'read' ? session.executeRead(work) : session.executeWrite(work);
    });
  }

  /** As `run`, for a query that gives at most one row. */
  async first<Params extends object, Row extends object>(
    query: Query<Params, Row>,
    params: Params,
  ): Promise<Row | undefined> {
    return (await this.run(query, params))[0];
  }

  /** Runs several queries in one write transaction: all of them or none. `work` may be repeated. */
  async write<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    return this.inSession(neo4j.session.WRITE, (session) =>
      session.executeWrite((transaction) =>
        work({ run: (query, params) => runIn(transaction, query, params) }),
      ),
    );
  }

  /** Opens a session on the one user database, and translates what goes wrong in it. */
  async inSession<T>(
    mode: typeof neo4j.session.READ | typeof neo4j.session.WRITE,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const session = this.driver.session({ defaultAccessMode: mode, database: 'neo4j' });
    try {
      return await work(session);
    } catch (error) {
      throw translateNeo4jError(error, this.address.uri);
    } finally {
      await session.close();
    }
  }

  async close(): Promise<void> {
    await this.driver.close();
  }
}

/**
 * Connects to Neo4j and checks that it answers.
 *
 * @throws StratomeError unavailable when nothing answers or the password is refused, badInput for a malformed URI
 */
export async function openGraph(address: GraphAddress): Promise<Graph> {
  let driver: Driver;
  try {
    driver = neo4j.driver(address.uri, neo4j.auth.basic(address.user, address.password), {
      useBigInt: true,
      connectionAcquisitionTimeout: 20_000,
      maxTransactionRetryTime: 30_000,
    });
  } catch (error) {
    throw new StratomeError(
      'badInput',
      `"${address.uri}" is not the address of a Neo4j server.`,
      'Write bolt://host:port.',
      {
        cause: error,
      },
    );
  }
  try {
    await driver.getServerInfo();
  } catch (error) {
    await driver.close();
    throw translateNeo4jError(error, address.uri);
  }
  return new Graph(driver, address);
}
