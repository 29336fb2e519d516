// A database whose transactions are above read committed by default is refused, since its groups would not go on.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';
import { connect } from '#test/support/sql/connect.ts';

const setting = "default_transaction_isolation = 'repeatable read'";

async function setup() {
  const db = await createDatabase();
  const checkout = await copyCheckout();
  const [row] = await db.query<{ name: string }>('select current_database() as name');
  return { db, checkout, name: row?.name ?? '' };
}

test.each(['repeatable read', 'serializable'])(
  'a migration refuses a database at %s and says how to mend it',
  async (level) => {
    const { db, checkout, name } = await setup();
    await db.query(`alter database "${name}" set default_transaction_isolation = '${level}'`);
    const error = await checkout.migrate(db.url).catch((reason: Error) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining(`are at ${level} by default`) });
    const [, mend = ''] = /: (alter database .*)$/.exec((error as Error).message) ?? [];
    await db.query(mend);
    await checkout.migrate(db.url);
  },
);

test('a migration refuses a role that uses the schema, and no other', async () => {
  const { db, checkout } = await setup();
  const role = `isolated_${randomUUID().slice(0, 8)}`;
  const admin = await connect(db);
  await admin.query(`create role ${role}; alter role ${role} set ${setting}`);
  onTestFinished(async () => {
    await db.query(`drop owned by ${role}`);
    await db.query(`drop role ${role}`);
  });
  await checkout.migrate(db.url);
  await admin.query(`grant usage on schema millrace to ${role}`);
  await expect(checkout.migrate(db.url)).rejects.toThrow(
    `alter role ${role} reset default_transaction_isolation`,
  );
});
