// What the doctor says of rows that vacuum has not removed, and of who keeps it from that.
import { expect, onTestFinished, test } from 'vitest';
import { examine } from '#cli/doctor/examine.ts';
import { storageChecks } from '#cli/doctor/storage.ts';
import { openConnection } from '#cli/reach/connection.ts';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

async function opened() {
  const database = await createDatabase();
  const connection = await openConnection(database.directUrl);
  onTestFinished(() => connection.close());
  const findings = async (name: string) =>
    examine(storageChecks(connection).filter((check) => check.name === name));
  return { database, findings };
}

test('finds dead rows that vacuum does not keep up with, until it has', async () => {
  const { database, findings } = await opened();
  const level = async () => (await findings('dead rows'))[0]?.level;
  expect(await level()).toBe('ok');
  const { name } = await declareQueue(database);
  await database.query('alter table millrace.delivery set (autovacuum_enabled = false)');
  await database.query(
    `insert into millrace.delivery (message_id, queue_id, available_at)
     select gen_random_uuid(), q.id, now() from generate_series(1, 60000), millrace.queue q where q.name = $1`,
    [name],
  );
  await database.query('delete from millrace.delivery');
  // Postgres tells other sessions what it has counted a moment later.
  await expect.poll(level).toBe('warn');
  const [found] = await findings('dead rows');
  expect(found?.says).toBe('delivery has 0 live and 60000 dead rows, and was vacuumed never');
  await database.query('vacuum millrace.delivery');
  await expect.poll(level).toBe('ok');
});

test('finds a replication slot that nobody reads from, and says what drops it', async () => {
  const { database, findings } = await opened();
  // Slots are the whole server's: other tests may have some.
  const ours = async () => (await findings('replication slots')).find(isOurs);
  const isOurs = ({ says }: { readonly says: string }) => says.endsWith(' left_behind');
  expect(await ours()).toBeUndefined();
  await database.query(`select pg_create_physical_replication_slot('left_behind', true)`);
  const found = await ours();
  expect(found).toMatchObject({ level: 'bad', says: 'nobody reads from left_behind' });
  await database.query(found?.todo?.split('or: ')[1] ?? '');
  expect(await ours()).toBeUndefined();
});
