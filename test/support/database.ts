// A database of its own for each test file, and what its tests look into it with.
import { randomUUID } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase } from '#queue/database.ts';
import { testedDriver } from './tested-driver.ts';

export interface TestDatabase {
  /** For the driver that is tested: Neon's, through the endpoint, unless `npm run test:pg` says otherwise. */
  readonly url: string;
  /** For `pg`, over plain TCP. */
  readonly directUrl: string;
  /** What the engine is given: one-shot statements through that driver. */
  readonly database: Database;
  /** Looks at the rows, or moves them, on a connection beside the engine's. */
  query<Row extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** Cuts every connection. Runs by itself after the file's last test. */
  drop(): Promise<void>;
}

const open = new Set<TestDatabase>();
afterAll(() => Promise.all([...open].map((database) => database.drop())));

/** A clone of the migrated template, or a database with nothing in it. */
export async function createDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${name} template ${empty ? 'template0' : 'millrace_template'}`);
  const directUrl = urlOf(name);
  const url = testedDriver === 'pg' ? directUrl : urlOf(name, inject('endpointPort'));
  const client = await connect(directUrl);
  const database: TestDatabase = {
    url,
    directUrl,
    database: openDatabase(url),
    query: async (text, parameters) => (await client.query(text, parameters)).rows,
    async drop() {
      open.delete(database);
      await client.end();
      await administer(`drop database if exists ${name} with (force)`);
    },
  };
  open.add(database);
  return database;
}

function urlOf(database: string, port?: number): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  if (port !== undefined) url.port = String(port);
  return url.href;
}

async function administer(statement: string): Promise<void> {
  const client = await connect(inject('postgresUrl'));
  await client.query(statement).finally(() => client.end());
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  // A test may kill this connection too; the next query says so.
  client.on('error', () => {});
  await client.connect();
  return client;
}
