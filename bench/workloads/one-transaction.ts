// Very many messages in one transaction, each of a group of its own: a transaction holds its locks to its end, and the server
// has room for so many.
import { readFile } from 'node:fs/promises';
import { Client as Connection } from 'pg';
import { enqueueMessages } from '../../queue/routines/enqueue.ts';
import { uuidV7 } from '../../queue/routines/uuid-v7.ts';
import { payloads } from '../message.ts';
import { typeName } from '../systems/millrace-registry.ts';
import { batch, inWorkspace, type Run, recorder, scaled, type Workload } from '../workload.ts';

const variants = { '50,000 groups': true, 'without groups': false };
const outOfMemory = '53200';

export const oneTransaction: Workload = {
  name: 'one-transaction',
  async run(run) {
    const system = run.contenders.find(({ family }) => family === 'millrace');
    if (!system) throw new Error('Millrace is not among the systems');
    for (const [variant, isGrouped] of Object.entries(variants))
      await inWorkspace(run, system, async ({ addresses }) => {
        const values = await enqueueWithin(addresses.postgres, isGrouped, run);
        recorder(run, system, 1)('one transaction', values, variant);
      });
  },
};

async function enqueueWithin(url: string, isGrouped: boolean, run: Run) {
  const connection = new Connection(url);
  await connection.connect();
  try {
    await connection.query('begin');
    const count = scaled(run, 50_000);
    for (let from = 0; from < count; from += batch) await enqueue(connection, from, isGrouped);
    const held = await heldBy(connection);
    await connection.query('commit');
    return { messages: count, ...held };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === outOfMemory)) throw error;
    return { messages: 0 };
  } finally {
    await connection.end();
  }
}

async function enqueue(connection: Connection, from: number, isGrouped: boolean): Promise<void> {
  const database = {
    query: async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
      (await connection.query<Row>(text, [...parameters])).rows,
  };
  const messages = payloads(from, batch).map((payload, n) => ({
    ...{ id: uuidV7(), type: typeName(0), payload },
    ...(isGrouped && { groupKey: `group-${from + n}` }),
  }));
  await enqueueMessages(database, messages);
}

/** Locks of the transaction, and the memory that is the backend's own. */
async function heldBy(connection: Connection): Promise<Record<string, number>> {
  const { rows } = await connection.query<{ pid: number; locks: number }>(
    `select pg_backend_pid() as pid, count(*)::float8 as locks from pg_locks l where l.pid = pg_backend_pid()`,
  );
  const [{ pid, locks } = { pid: 0, locks: 0 }] = rows;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^RssAnon:\s+(\d+) kB/m.exec(status)?.[1];
  return { locks, ...(kib !== undefined && { backendMegabytes: Number(kib) / 1024 }) };
}
