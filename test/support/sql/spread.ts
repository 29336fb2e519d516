// One deployment over several databases of a test's own, with one queue.
import * as z from 'zod';
import { migrateAll } from '#migrations/migrate-all.ts';
import { openSession } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { home } from '#queue/spread/home.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const item = defineMessageType({ name: 'work.item', payload: z.unknown() });
const workRegistry = defineRegistry({
  queues: [defineQueue({ name: 'work', subscriptions: [on(item, () => {})] })],
});

export const databasesOf = (count: number): Promise<TestDatabase[]> =>
  Promise.all(Array.from({ length: count }, () => createDatabase()));

/** Migrates them to one deployment of these databases, and gives what was logged. */
export async function deploy(databases: readonly TestDatabase[]) {
  const log = recordingLog();
  const urls = databases.map(({ url }) => url);
  await migrateAll(openSession, { urls, registry: workRegistry, log });
  return log;
}

/** As if the last growth had been an hour ago: no code of before runs any more. */
export async function passAnHour(databases: readonly TestDatabase[]): Promise<void> {
  for (const { query } of databases)
    await query(`update millrace.placement set since = since - interval '1 hour'`);
}

let made = 0;

/** A new group that is at home in `homes[n]` of n + 1 databases: `groupAt(0, 1)` moves from the first to the second. */
export function groupAt(...homes: readonly number[]): string {
  for (;;) {
    made += 1;
    const key = `g${made}`;
    if (homes.every((number, n) => home(key, n + 1) === number)) return key;
  }
}
