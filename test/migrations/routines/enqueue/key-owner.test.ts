// Idempotency keys are their owner's: nobody learns, keeps or takes back anything by another's.
import type { Client } from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connectAs } from '#test/support/sql/connect.ts';
import { enqueueOne, keyed, replacing } from '#test/support/sql/keyed.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue, done, type Enqueued, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const producer = () => connectAs(db, 'millrace_producer');

let queue: SqlQueue;
beforeEach(async () => {
  queue = await declareQueue(db);
});

/** As the HTTP API enqueues for a caller. */
async function enqueueFor(caller: string | null, message: object, client?: Client) {
  const text = 'select millrace.enqueue_many($1, $2) as answer';
  const parameters = [JSON.stringify([{ type: queue.type, ...message }]), caller];
  const rows: { answer: Enqueued[] }[] = client
    ? (await client.query(text, parameters)).rows
    : await db.query(text, parameters);
  return rows[0]?.answer[0];
}

const audited = () =>
  db.query(
    `select actor, session_role, target, affected from millrace.audit
     where action = 'replace' and target -> 'messageIds' ?| array(
       select id::text from millrace.message where type = $1
     )`,
    [queue.type],
  );

test('the same key of two logins is two keys', async () => {
  const [ada, bob] = [queue.on(await producer()), queue.on(await producer())];
  const first = await enqueueOne(ada, keyed({ payload: 1 }));
  const second = await enqueueOne(bob, keyed({ payload: 2 }));
  expect(second).toMatchObject({ duplicate: false });
  expect(second.id).not.toBe(first.id);
  expect(await enqueueOne(ada, keyed({ payload: 1 }))).toMatchObject({
    id: first.id,
    duplicate: true,
  });
});

test('nobody waits for a key that another login holds in an open transaction', async () => {
  const holding = await producer();
  await holding.query('begin');
  await enqueueOne(queue.on(holding), keyed());
  const other = await producer();
  await other.query(`set lock_timeout = '1ms'`);
  expect(await enqueueOne(queue.on(other), keyed())).toMatchObject({ duplicate: false });
  await holding.query('rollback');
});

describe('replace', () => {
  test('leaves what another login stored, and takes back what its own did', async () => {
    const [adas, bobs] = [await producer(), await producer()];
    const first = await enqueueOne(queue.on(adas), replacing({ delaySeconds: 60 }));
    const other = await enqueueOne(queue.on(bobs), replacing({ delaySeconds: 60 }));
    expect((await queue.rows()).map(({ id }) => id)).toEqual([first.id, other.id]);
    const newer = await enqueueOne(queue.on(adas), replacing({ delaySeconds: 60 }));
    expect((await queue.rows()).map(({ id }) => id)).toEqual([other.id, newer.id]);
  });

  test('leaves a line in the audit for what it has cancelled, and none otherwise', async () => {
    const client = await producer();
    const [session] = (await client.query('select session_user as name')).rows;
    const first = await enqueueOne(queue.on(client), replacing());
    expect(await audited()).toEqual([]);
    const second = await enqueueOne(queue.on(client), replacing());
    await queue.claimOne();
    await enqueueOne(queue.on(client), replacing());
    expect(await audited()).toEqual([
      {
        actor: `role:${session.name}`,
        session_role: session.name,
        target: { messageIds: [first.id], replacedBy: [second.id] },
        affected: 1,
      },
    ]);
  });
});

describe('a caller', () => {
  test('has keys of its own, whatever login it comes through', async () => {
    const callers = ['key:shop', 'jwt:shop', 'iam:shop', 'key:other', null];
    const ids = [];
    for (const caller of callers) ids.push((await enqueueFor(caller, keyed()))?.id);
    expect(new Set(ids).size).toBe(callers.length);
    expect(await enqueueFor('jwt:shop', keyed())).toMatchObject({ id: ids[1], duplicate: true });
  });

  test('may be named by the owner and by operators, and by no producer', async () => {
    const both = await connectAs(db, 'millrace_producer', 'millrace_operator');
    expect(await enqueueFor('key:shop', keyed(), both)).toMatchObject({ duplicate: false });
    const refusal = { code: '42501', message: 'only an operator may enqueue for a caller' };
    for (const roles of [['millrace_producer'], ['millrace_producer', 'millrace_consumer']])
      expect(
        await refusalOf(enqueueFor('key:shop', keyed(), await connectAs(db, ...roles))),
      ).toEqual(refusal);
    const operator = await connectAs(db, 'millrace_operator');
    await expect(enqueueFor('key:shop', keyed(), operator)).rejects.toMatchObject({
      code: '42501',
    });
  });

  test.each(['', 'shop', 'role:postgres', 'handlers', 'key:', `key:${'x'.repeat(247)}`])(
    'cannot be %j',
    async (caller) => {
      const refusal = await refusalOf(enqueueFor(caller, keyed()));
      expect(refusal).toMatchObject({ code: 'MR002', index: 0 });
    },
  );
});

test('follow-ups of handlers have keys of their own', async () => {
  const client = await producer();
  const producers = await enqueueOne(queue.on(client), keyed({ payload: 'first' }));
  const followUp = { type: queue.type, idempotencyKey: 'k', payload: 'second' };
  await queue.settle(done(await queue.claimOne(), { enqueue: [followUp] }));
  const [kept] = await queue.rows();
  expect(kept?.id).not.toBe(producers.id);
  // The same from another message is the same follow-up.
  await queue.settle(done(await queue.claimOne(), { enqueue: [followUp] }));
  expect(await queue.rows()).toEqual([]);
});

describe('an id', () => {
  const sent = { id: uuidV7(), payload: { cardEnds: '4242' } };
  const guesses = [sent.payload, { cardEnds: '4243' }, null];

  test('tells nobody but its sender what its message holds', async () => {
    const ada = queue.on(await producer());
    const bob = queue.on(await producer());
    const stored = await enqueueOne(ada, sent);
    const refusals = [];
    for (const payload of guesses)
      for (const batch of [
        [{ ...sent, payload }],
        [{ ...sent, payload, idempotencyKey: 'k', replace: true }],
        [{ ...sent, payload }, { id: uuidV7() }],
      ])
        refusals.push(await refusalOf(bob.enqueueMany(batch)));
    const refusal = { code: 'MR004', message: 'the id is in use by another message' };
    expect(new Set(refusals.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify({ ...refusal, index: 0, pointer: '/id' })]),
    );
    expect(await enqueueOne(ada, sent)).toEqual(stored);
  });

  test('is answered for to its sender for an hour', async () => {
    const message = { id: uuidV7(), payload: 1 };
    const first = await enqueueOne(queue, message);
    const move = (age: string) =>
      db.query(
        `update millrace.message set created_at = statement_timestamp() - $2::interval where id = $1`,
        [first.id, age],
      );
    await move('59 minutes');
    expect(await enqueueOne(queue, message)).toEqual(first);
    await move('1 hour');
    for (const payload of [1, 2])
      expect(await refusalOf(enqueueOne(queue, { ...message, payload }))).toMatchObject({
        code: 'MR004',
        index: 0,
      });
  });
});
