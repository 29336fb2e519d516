// A console of the test file's own: the server of npm start on a clone of the seeded database.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, inject } from 'vitest';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { runStart } from './run-start.ts';
import { seededTemplate } from './template.ts';

export interface OpenConsole {
  /** The API's; the console is at `/console` of it. */
  readonly url: string;
  /** Holds every scope. */
  readonly key: string;
  /** Makes a key with these scopes. */
  keyFor(name: string, scopes: readonly string[]): Promise<string>;
  query<Row extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<Row[]>;
}

export interface ConsoleOptions {
  /** Such as `--sleep`. */
  readonly flags?: readonly string[];
  /** Puts something between the server and its database. */
  readonly through?: (databaseUrl: string) => Promise<string>;
}

/** Ends after the file's last test. To be called in beforeAll, or beside the tests. */
export async function openConsole({ flags, through }: ConsoleOptions = {}): Promise<OpenConsole> {
  const name = `console_${randomUUID().replaceAll('-', '')}`;
  const admin = await connect('postgres');
  await admin.query(`create database ${name} template ${await seededTemplate(admin, urlOf)}`);
  const data = newFolder();
  const direct = urlOf(name);
  const databaseUrl = (await through?.(direct)) ?? direct;
  const server = await runStart({ databaseUrl, data, ...(flags && { flags }) });
  const client = await connect(name);
  afterAll(async () => {
    await server.stop();
    await client.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
    await removeFolder(data);
  });
  const query: OpenConsole['query'] = async (text, parameters) =>
    (await client.query(text, parameters)).rows;
  return {
    url: server.url,
    key: (await readFile(join(data, 'api-key'), 'utf8')).trim(),
    query,
    async keyFor(name, scopes) {
      const [row] = await query<{ key: string }>('select millrace.create_api_key($1, $2) as key', [
        name,
        scopes,
      ]);
      return row?.key ?? '';
    },
  };
}

const urlOf = (database: string) =>
  Object.assign(new URL(inject('consolePostgresUrl')), { pathname: `/${database}` }).href;

async function connect(database: string): Promise<Client> {
  const client = new Client(urlOf(database));
  // A test may take the database away from it.
  client.on('error', () => {});
  await client.connect();
  return client;
}
