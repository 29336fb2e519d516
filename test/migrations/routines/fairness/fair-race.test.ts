// Consumers, producers and lost answers beside each other in a fair queue: each message is handed out once, and none is left behind.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { type Claim, declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const keys = ['noisy', 'noisy', 'noisy', 'b', 'c', undefined];
const chance = (share: number) => Math.random() < share;

async function produce(queue: SqlQueue, sent: Set<string>): Promise<void> {
  for (let call = 0; call < 40; call += 1) {
    const key = keys[call % keys.length];
    const message = {
      ...(key !== undefined && { fairnessKey: key }),
      ...(chance(0.1) && { groupKey: 'group' }),
    };
    const stored = await queue.enqueueMany(Array.from({ length: 1 + (call % 5) }, () => message));
    for (const { id } of stored) sent.add(id);
  }
}

/** Claims until nothing is left, with calls that are undone, and others whose answer is lost and that are made again. */
async function consume(queue: SqlQueue, isOver: () => boolean, handled: string[]): Promise<void> {
  let cursor: Claim['cursor'] = null;
  for (let idle = 0; idle < 2; ) {
    const asked = { count: 7, cursor, token: randomUUID() };
    let claim = await queue.claim(asked);
    if (chance(0.2)) claim = await queue.claim({ ...asked, repeated: true });
    const { deliveries } = claim;
    const kept = deliveries.filter(() => chance(0.8));
    handled.push(...kept.map(({ id }) => id));
    const others = deliveries.filter((each) => !kept.includes(each));
    await queue.settle(
      ...kept.map((each) => done(each)),
      ...others.map(({ id, token }) => ({
        id,
        token,
        outcome: 'retry',
        delaySeconds: 0,
        error: {},
      })),
    );
    cursor = deliveries.length > 0 || claim.hasMore ? claim.cursor : null;
    if (deliveries.length === 0 && isOver()) idle += 1;
  }
}

/** Pauses keys and resumes them, and leaves none paused. */
async function interrupt({ name }: SqlQueue, client: Client, isOver: () => boolean): Promise<void> {
  const call = (routine: string, key: string) =>
    client.query(`select millrace.${routine}($1, $2)`, [name, key]);
  while (!isOver())
    for (const key of ['noisy', 'b']) {
      await call(chance(0.5) ? 'pause_key' : 'resume_key', key);
      await call('resume_key', chance(0.5) ? 'noisy' : 'b');
    }
  for (const key of ['noisy', 'b']) await call('resume_key', key);
}

test('hands each message out once, whoever else is at work', async () => {
  const queue = await declareQueue(db, { fair: true, maxAttempts: 1000 });
  const clients = await connections(db, 7);
  const sent = new Set<string>();
  const handled: string[] = [];
  let producing = 3;
  let isInterrupted = true;
  await Promise.all(
    clients.map(async (client, n) => {
      const own = queue.on(client);
      if (n === 6) {
        await interrupt(queue, client, () => producing === 0);
        isInterrupted = false;
        return;
      }
      if (n >= 3) return consume(own, () => producing === 0 && !isInterrupted, handled);
      await produce(own, sent);
      producing -= 1;
    }),
  );
  expect(await queue.rows()).toEqual([]);
  expect(await db.query('select from millrace.paused_key')).toEqual([]);
  expect(handled.toSorted()).toEqual([...sent].toSorted());
});
