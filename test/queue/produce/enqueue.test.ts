// Enqueueing on a connection of the application's own, whatever its library.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import type { Connection } from '#queue/produce/connection.ts';
import { enqueue, enqueueMany } from '#queue/produce/enqueue.ts';
import { message } from '#queue/produce/message.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { connect } from '#test/support/sql/connect.ts';

/** Checks asynchronously, as a schema that asks somebody does; version 2 has another form than version 1. */
const renamed = defineMessageType({
  name: 'test.renamed',
  version: 2,
  payload: z.object({ count: z.number() }).refine(async ({ count }) => count < 10, 'too many'),
  upcasters: { 1: (older) => ({ count: z.object({ n: z.number() }).parse(older).n }) },
});

const setup = () =>
  openQueues(
    defineQueue({ name: 'all', subscriptions: [on(numbered, () => {}), on(renamed, () => {})] }),
  );

const payloads = async ({ query }: OpenQueues) =>
  (await query('select payload from millrace.message order by id')).map(({ payload }) => payload);

/** Fails the test when it is asked. */
const untouched: Connection = {
  query: () => {
    throw new Error('the database was asked');
  },
};

const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

describe('enqueue', () => {
  test('answers what became of the message, and takes every option', async () => {
    const queues = await setup();
    const enqueued = await enqueue(
      queues.database,
      numbered,
      { n: 1 },
      {
        delaySeconds: 60,
        priority: 1,
        groupKey: 'g',
        idempotencyKey: 'k',
        headers: { from: 'shop' },
      },
    );
    expect(enqueued).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      type: 'test.numbered',
      status: 'scheduled',
      duplicate: false,
      idempotentUntil: expect.any(String),
    });
    const again = await enqueue(queues.database, numbered, { n: 1 }, { idempotencyKey: 'k' });
    expect(again).toMatchObject({ id: enqueued.id, duplicate: true });
  });

  test("stores nothing until the connection's transaction commits, and nothing when it does not", async () => {
    const queues = await setup();
    const client = await connect(queues);
    await client.query('begin');
    await enqueue(client, numbered, { n: 1 });
    expect(await payloads(queues)).toEqual([]);
    await client.query('commit');
    expect(await payloads(queues)).toEqual([{ n: 1 }]);
    await client.query('begin');
    await enqueue(client, numbered, { n: 2 });
    await client.query('rollback');
    expect(await payloads(queues)).toEqual([{ n: 1 }]);
  });

  // With options and without it is another statement.
  test.each([
    ['without options', {}],
    ['with options', { idempotencyKey: 'k', groupKey: 'g' }],
  ])('%s leaves the settings of the transaction as they are', async (_, options) => {
    const client = await connect(await setup());
    await client.query(`begin; set local lock_timeout = '7s'`);
    // Those of PL/pgSQL appear with its first function.
    const settings = `select name, setting from pg_settings where name not like 'plpgsql.%' order by name`;
    const before = await client.query(settings);
    await enqueue(client, numbered, { n: 1 }, options);
    expect((await client.query(settings)).rows).toEqual(before.rows);
  });

  test("waits for another's key as long as the connection's lock_timeout", async () => {
    const queues = await setup();
    const [holder, waiter] = [await connect(queues), await connect(queues)];
    await holder.query('begin');
    await enqueue(holder, numbered, { n: 1 }, { idempotencyKey: 'k' });
    await waiter.query(`set lock_timeout = '50ms'`);
    const failure = await failureOf(enqueue(waiter, numbered, { n: 1 }, { idempotencyKey: 'k' }));
    expect(failure).toMatchObject({ code: 'key_in_progress', pointer: '/idempotencyKey' });
    await holder.query('rollback');
  });

  test('needs no right but that of producers', async () => {
    const queues = await setup();
    const client = await connect(queues, 'millrace_producer');
    await enqueue(client, numbered, { n: 1 });
    expect(await payloads(queues)).toEqual([{ n: 1 }]);
  });

  test('a refusal by the schema leaves the transaction open', async () => {
    const queues = await setup();
    const client = await connect(queues);
    await client.query('begin');
    const wrong = { n: 'secret' } as unknown as { n: number };
    const failure = await failureOf(enqueue(client, numbered, wrong));
    expect(failure).toBeInstanceOf(EnqueueRefused);
    expect(failure).toMatchObject({ code: 'invalid_payload', index: 0, pointer: '/payload/n' });
    expect(failure).toHaveProperty(
      'message',
      'the payload does not fit the schema of "test.numbered": /n: Invalid input: expected number, received string',
    );
    await enqueue(client, numbered, { n: 2 });
    await client.query('commit');
    expect(await payloads(queues)).toEqual([{ n: 2 }]);
  });

  test('a refusal by the database needs a savepoint to go on behind', async () => {
    const queues = await setup();
    const client = await connect(queues);
    await client.query('begin; savepoint before_enqueue');
    const failure = await failureOf(enqueue(client, numbered, { n: 1 }, { priority: 10 }));
    expect(failure).toMatchObject({ code: 'bad_option', pointer: '/priority' });
    await expect(enqueue(client, numbered, { n: 2 })).rejects.toMatchObject({ code: '25P02' });
    await client.query('rollback to before_enqueue');
    await enqueue(client, numbered, { n: 3 });
    await client.query('commit');
    expect(await payloads(queues)).toEqual([{ n: 3 }]);
  });

  test('checks an older version in the form that it has, and an asynchronous schema before it asks', async () => {
    const queues = await setup();
    const older = { n: 1 } as unknown as { count: number };
    await enqueue(queues.database, renamed, older, { version: 1 });
    await enqueue(queues.database, renamed, { count: 2 });
    expect(await payloads(queues)).toEqual([{ n: 1 }, { count: 2 }]);
    expect(await failureOf(enqueue(untouched, renamed, { count: 10 }))).toMatchObject({
      code: 'invalid_payload',
      pointer: '/payload',
    });
    expect(
      await failureOf(enqueue(untouched, renamed, { count: 1 }, { version: 3 })),
    ).toMatchObject({ code: 'bad_option', pointer: '/version' });
  });

  test('checks and stores the payload as JSON has it', async () => {
    const dated = defineMessageType({ name: 'test.numbered', payload: z.object({ at: z.any() }) });
    const queues = await setup();
    await enqueue(queues.database, dated, { at: new Date(0) });
    expect(await payloads(queues)).toEqual([{ at: '1970-01-01T00:00:00.000Z' }]);
    await expect(enqueue(untouched, dated, { at: 1n })).rejects.toThrow(TypeError);
  });

  test('other errors are thrown as they come', async () => {
    const queues = await setup();
    const client = await connect(queues);
    const circle = Object.assign(new Error('lost'), { cause: undefined as unknown });
    circle.cause = circle;
    const lost: Connection = { query: () => Promise.reject(circle) };
    expect(await failureOf(enqueue(lost, numbered, { n: 1 }))).toBe(circle);
    await client.query('set role pg_monitor');
    expect(await failureOf(enqueue(client, numbered, { n: 1 }))).toMatchObject({ code: '42501' });
  });
});

describe('enqueueMany', () => {
  test('stores all by one statement, and answers in their order', async () => {
    const queues = await setup();
    const asked: string[] = [];
    const counting: Connection = {
      query(text, values) {
        asked.push(text);
        return queues.database.query(text, values);
      },
    };
    const messages = [3, 1, 2].map((n) => message(numbered, { n }));
    const enqueued = await enqueueMany(counting, messages);
    expect(enqueued.map(({ id }) => id)).toEqual(messages.map(({ content }) => content.id));
    expect(asked).toHaveLength(1);
    expect(await payloads(queues)).toHaveLength(3);
    expect(await enqueueMany(counting, [])).toEqual([]);
  });

  test('stores none when one is refused, and says which', async () => {
    const queues = await setup();
    const unheard = defineMessageType({ name: 'test.unheard', payload: z.unknown() });
    const fit = message(numbered, { n: 1 });
    const call = (wrong: ReturnType<typeof message>) =>
      failureOf(enqueueMany(queues.database, [fit, wrong]));
    expect(await call(message(unheard, 1))).toMatchObject({ code: 'unknown_type', index: 1 });
    expect(await call(message(renamed, { count: 99 }))).toMatchObject({
      code: 'invalid_payload',
      index: 1,
    });
    expect(await payloads(queues)).toEqual([]);
  });

  test('may be repeated with the same messages, which are stored once and as they were made', async () => {
    const queues = await setup();
    const payload = { n: 1 };
    const messages = [message(numbered, payload)];
    const first = await enqueueMany(queues.database, messages);
    payload.n = 2;
    const second = await enqueueMany(queues.database, messages);
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(await payloads(queues)).toEqual([{ n: 1 }]);
  });
});
