// How long an idempotency key stands for its message.
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { enqueueOne, expireKeys, keyed } from '#test/support/sql/keyed.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue, type Enqueued } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const secondsUntil = ({ idempotentUntil }: Enqueued) =>
  (Date.parse(idempotentUntil ?? '') - Date.now()) / 1000;

describe("a key's window", () => {
  test.each([
    [undefined, 86_400],
    [null, 86_400],
    [1, 1],
    [90.5, 90.5],
    [2_592_000, 2_592_000],
  ])('is as given, or a day: %s', async (idempotencySeconds, expected) => {
    const queue = await declareQueue(db);
    const answer = await enqueueOne(queue, keyed({ idempotencySeconds }));
    expect(Math.abs(secondsUntil(answer) - expected)).toBeLessThan(5);
  });

  test.each([
    ['/idempotencySeconds', { idempotencySeconds: 0 }],
    ['/idempotencySeconds', { idempotencySeconds: 0.999 }],
    ['/idempotencySeconds', { idempotencySeconds: -1 }],
    ['/idempotencySeconds', { idempotencySeconds: 2_592_000.1 }],
    ['/idempotencySeconds', { idempotencySeconds: 1e300 }],
    ['/idempotencySeconds', { idempotencySeconds: '60' }],
    ['/idempotencySeconds', { idempotencySeconds: true }],
    ['/idempotencySeconds', { idempotencySeconds: [] }],
    ['/idempotencyKey', { idempotencyKey: '' }],
    ['/idempotencyKey', { idempotencyKey: 'x'.repeat(201) }],
    ['/idempotencyKey', { idempotencyKey: 5 }],
    ['/idempotencyKey', { idempotencyKey: {} }],
    ['/idempotencyKey', { idempotencyKey: null, idempotencySeconds: 60 }],
    ['/idempotencyKey', { idempotencyKey: undefined, replace: true }],
    ['/replace', { replace: 1 }],
    ['/replace', { replace: 'true' }],
  ])('is refused at %s for %j', async (pointer, fault) => {
    const queue = await declareQueue(db);
    const refusal = await refusalOf(queue.enqueueMany([{}, keyed(fault)]));
    expect(refusal).toMatchObject({ code: 'MR002', index: 1, pointer });
    expect(await queue.rows()).toEqual([]);
  });

  test('takes null for what is left out', async () => {
    const queue = await declareQueue(db);
    const message = { idempotencyKey: null, idempotencySeconds: null, replace: null };
    expect(await enqueueOne(queue, message)).not.toHaveProperty('idempotentUntil');
  });

  test('takes keys of 200 characters, whichever', async () => {
    const queue = await declareQueue(db);
    for (const idempotencyKey of [
      'x'.repeat(200),
      '😀'.repeat(200),
      ' ',
      '%_\'"\\',
      'Ä',
      'A\u0308',
    ]) {
      expect(await enqueueOne(queue, { idempotencyKey })).toMatchObject({ duplicate: false });
      expect(await enqueueOne(queue, { idempotencyKey })).toMatchObject({ duplicate: true });
    }
  });

  test('frees the key when it ends', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, keyed({ payload: 1 }));
    await expireKeys(db);
    const second = await enqueueOne(queue, keyed({ payload: 2 }));
    expect(second).toMatchObject({ duplicate: false });
    expect(second.id).not.toBe(first.id);
    expect(secondsUntil(second)).toBeGreaterThan(86_000);
    expect(await enqueueOne(queue, keyed({ payload: 2 }))).toEqual({ ...second, duplicate: true });
    expect(await refusalOf(queue.enqueueMany([keyed({ payload: 1 })]))).toMatchObject({
      code: 'MR007',
    });
  });

  test('is not prolonged by the same key again', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, keyed({ idempotencySeconds: 60 }));
    const second = await enqueueOne(queue, keyed({ idempotencySeconds: 6_000 }));
    expect(second.idempotentUntil).toBe(first.idempotentUntil);
  });

  test('is over for good at the next maintenance, and for no key before', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany([keyed(), { idempotencyKey: 'later' }]);
    await db.query(
      `update millrace.idempotency_key set expires_at = statement_timestamp() where key = 'k'`,
    );
    await db.query('select millrace.maintain()');
    const left = await db.query('select key from millrace.idempotency_key where type = $1', [
      queue.type,
    ]);
    expect(left).toEqual([{ key: 'later' }]);
  });
});
