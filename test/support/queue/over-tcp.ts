// A database over TCP in a test's hands, beside the same one as Neon's driver reaches it.
import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished } from 'vitest';
import { openDatabase, type PooledDatabase } from '#queue/pg/database.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';

let ofThisFile: TestDatabase | undefined;

export async function openOverTcp(timeoutMs?: number) {
  ofThisFile ??= await createDatabase({ empty: true });
  const { query } = ofThisFile;
  const endpointUrl = new URL(ofThisFile.directUrl);
  endpointUrl.port = String(inject('endpointPort'));
  // A name for the connections of this test.
  const name = `test-${randomUUID()}`;
  const directUrl = `${ofThisFile.directUrl}?application_name=${name}`;
  const open = (address: string): PooledDatabase => {
    const database = openDatabase(address, timeoutMs);
    onTestFinished(() => database.close());
    return database;
  };
  const pids = async () => {
    const text = 'select pid from pg_stat_activity where application_name = $1';
    return (await query<{ pid: number }>(text, [name])).map(({ pid }) => pid);
  };
  return { database: open(directUrl), open, directUrl, url: endpointUrl.href, query, pids };
}

export const pidOf = async (database: PooledDatabase): Promise<number | undefined> =>
  (await database.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;

export const failureOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => expect.fail('it should have failed'),
    (error: Error) => error,
  );
