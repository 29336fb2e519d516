import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';

/** A connection of its own, closed when the test ends. */
export async function connect(db: TestDatabase, role?: string): Promise<Client> {
  const client = new Client(db.directUrl);
  // A test may cut the connection; the next query says so.
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  if (role) await client.query(`set session authorization ${client.escapeIdentifier(role)}`);
  return client;
}

/** Several at once, for tests in which consumers or producers get into each other's way. */
export const connections = (db: TestDatabase, count: number): Promise<Client[]> =>
  Promise.all(Array.from({ length: count }, () => connect(db)));

/** As a login of its own that has these roles and is gone when the test ends. */
export async function connectAs(db: TestDatabase, ...roles: string[]): Promise<Client> {
  const name = `Login ${randomUUID()}`;
  await db.query(`create role "${name}" in role ${roles.join(', ')}`);
  onTestFinished(async () => void (await db.query(`drop role "${name}"`)));
  return connect(db, name);
}
