// Proxies in front of the database that take less than it gives: what is too large goes in halves.
import { NeonDbError } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Database } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const text = defineMessageType({ name: 'test.text', payload: z.string() });

const setup = (handler: Handler<string> = () => {}) =>
  openQueues(
    defineQueue({
      name: 'texts',
      policy: { concurrency: 10, batchSize: 100 },
      subscriptions: [on(text, handler)],
    }),
  );

interface Limits {
  readonly answer?: number;
  readonly request?: number;
  /** Is told of a claim whose answer is refused, with its token, and of what that held before. Claims are kept by default. */
  readonly undo?: (token: unknown, before: readonly string[]) => Promise<unknown>;
}

/** Refuses larger requests before they run, and larger answers after the database has committed, as Neon's proxy does. */
function narrow(database: Database, most: Limits) {
  const { answer = Number.MAX_VALUE, request = Number.MAX_VALUE } = most;
  const seen = { refused: 0 };
  const narrowed = intercept(database, async (statement, run) => {
    const refuse = (status: number, what: string) => {
      seen.refused += 1;
      return new NeonDbError(`Server error (HTTP status ${status}): {"message":"${what}"}`);
    };
    if (JSON.stringify(statement).length > request) throw refuse(413, 'request is too large');
    const token = statement.parameters[3];
    const before = most.undo ? await heldBy(database, token) : [];
    const rows = await run();
    if (JSON.stringify(rows).length > answer) {
      await most.undo?.(token, before);
      throw refuse(507, 'response is too large');
    }
    return rows;
  });
  return { ...narrowed, seen };
}

async function heldBy(database: Database, token: unknown): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    'select message_id as id from millrace.delivery where lease_token = $1 and lease_expires_at is not null',
    [token],
  );
  return rows.map(({ id }) => id);
}

describe('an answer that is too large', () => {
  test('is asked for in halves, and every message is handled once', async () => {
    const seen: string[] = [];
    const queues = await setup(({ payload }) => void seen.push(payload.slice(0, 3)));
    for (let n = 100; n < 150; n += 1) await queues.enqueue(text, `${n}${'x'.repeat(50_000)}`);
    const database = narrow(queues.database, { answer: 300_000 });
    expect(await queues.drain({ database })).toMatchObject({ claimed: 50, done: 50, stale: 0 });
    expect(seen.toSorted()).toEqual(Array.from({ length: 50 }, (_, n) => String(n + 100)));
    expect(await queues.statuses()).toEqual({ done: 50 });
    // What did not pass is not tried again and again.
    expect(database.seen.refused).toBeLessThan(15);
  });

  test('with a single message is a dead letter that says why, and others go on', async () => {
    const queues = await setup();
    const large = await queues.enqueue(text, 'x'.repeat(60_000));
    for (let n = 0; n < 30; n += 1) await queues.enqueue(text, 'x'.repeat(n * 100));
    const database = narrow(queues.database, { answer: 40_000 });
    expect(await queues.drain({ database })).toMatchObject({ done: 30, dead: 1, stale: 0 });
    const { deliveries } = await queues.status(large);
    expect(deliveries).toMatchObject([{ status: 'dead', attempts: [{ attempt: 1 }] }]);
    expect(JSON.stringify(deliveries)).toContain(
      'the message is too large to be handed to a consumer, even alone',
    );
    expect(queues.log.lines.filter(({ message }) => message === 'dead letter')).toHaveLength(1);
  });

  test('is asked for in smaller groups after a crash, too', async () => {
    const seen: string[] = [];
    const queues = await setup(({ payload }) => void seen.push(payload.slice(0, 3)));
    for (let n = 100; n < 130; n += 1) await queues.enqueue(text, `${n}${'x'.repeat(50_000)}`);
    const large = await queues.enqueue(text, 'x'.repeat(200_000));
    await queues.query(`select millrace.claim('texts', gen_random_uuid(), 100)`);
    await expireLeases(queues);
    const database = narrow(queues.database, { answer: 150_000 });
    expect(await queues.drain({ database })).toMatchObject({ done: 30, dead: 1, stale: 0 });
    expect(seen.toSorted()).toEqual(Array.from({ length: 30 }, (_, n) => String(n + 100)));
    expect((await queues.status(large)).deliveries).toMatchObject([
      {
        status: 'dead',
        attempts: [{ outcome: 'expired' }, { error: { name: 'MessageTooLarge' } }],
      },
    ]);
  });

  test('of which the database has undone everything buries that message alone', async () => {
    const queues = await setup();
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1)
      ids.push(await queues.enqueue(text, n === 7 ? 'x'.repeat(60_000) : String(n)));
    // As when Postgres itself cannot put an answer together: whoever claims next finds the same messages.
    const undo = (token: unknown, before: readonly string[]) =>
      queues.query(
        `update millrace.delivery set lease_token = null, lease_expires_at = null, attempt = attempt - 1
         where lease_token = $1 and lease_expires_at is not null and message_id <> all ($2)`,
        [token, before],
      );
    const database = narrow(queues.database, { answer: 40_000, undo });
    expect(await queues.drain({ database })).toMatchObject({ done: 19, dead: 1, stale: 0 });
    expect((await queues.status(ids[7] ?? '')).deliveries).toMatchObject([{ status: 'dead' }]);
  });
});

describe('results that are too large', () => {
  test('are settled in halves', async () => {
    const queues = await setup(({ payload }) => {
      if (payload === 'fails') throw new Error('x'.repeat(2_000));
    });
    for (let n = 0; n < 50; n += 1) await queues.enqueue(text, n % 2 === 0 ? 'fails' : 'succeeds');
    const database = narrow(queues.database, { request: 8_000 });
    expect(await queues.drain({ database })).toMatchObject({ done: 25, retried: 25, stale: 0 });
    expect(database.seen.refused).toBeGreaterThan(0);
    expect(await queues.statuses()).toEqual({ done: 25, scheduled: 25 });
  });
});
