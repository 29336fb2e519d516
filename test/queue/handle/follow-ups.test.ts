import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const followUp = defineMessageType({
  name: 'test.follow_up',
  payload: z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }),
});
const followUpPayload = { at: '2030-01-01T00:00:00Z' };
const slowlyChecked = defineMessageType({
  name: 'test.slowly_checked',
  payload: z.unknown().refine(async (value) => value === 'good', 'must be good'),
});
const anything = defineMessageType({ name: 'test.anything', payload: z.unknown() });

/** One message for the handler, and a paused queue that keeps the follow-ups. */
async function setup(handler: Handler<{ n: number }>) {
  const followUps = [followUp, slowlyChecked, anything].map((type) => on(type, () => {}));
  const queues = await openQueues(
    defineQueue({ name: 'first', subscriptions: [on(numbered, handler)] }),
    defineQueue({ name: 'second', subscriptions: followUps }),
  );
  await queues.query(`update millrace.queue set is_paused = true where name = 'second'`);
  const [id = ''] = await queues.enqueueNumbers(1);
  const stored = () =>
    queues.query(
      `select id, type, payload, headers
       from millrace.message m join millrace.delivery_status d on d.message_id = m.id
       where type <> $1
       order by id`,
      [numbered.name],
    );
  return { queues, id, stored };
}

describe('a follow-up', () => {
  test.each(['tomorrow', '2026-01-01T00:00:00', 'infinity'])(
    'is refused at once with the scheduledAt %j, which no enqueue takes',
    async (scheduledAt) => {
      const refusals: unknown[] = [];
      const { queues } = await setup((_, context) => {
        try {
          context.enqueue(anything, null, { scheduledAt });
        } catch (error) {
          refusals.push(error);
        }
      });
      expect(await queues.drain()).toMatchObject({ done: 1 });
      expect(refusals).toEqual([
        new TypeError(`scheduledAt is an ISO 8601 instant with its offset; got "${scheduledAt}"`),
      ]);
    },
  );

  test("is stored as it was enqueued, with the schema's input", async () => {
    const ids: string[] = [];
    const { queues, stored } = await setup((_, context) => {
      const headers = { trace: 'a1' };
      ids.push(context.enqueue(followUp, followUpPayload, { headers, priority: 2, groupKey: 'g' }));
      ids.push(context.enqueue(anything, null, { delaySeconds: 60 }));
    });
    expect(await queues.drain()).toMatchObject({ done: 1 });
    expect(await stored()).toEqual([
      { id: ids[0], type: followUp.name, payload: followUpPayload, headers: { trace: 'a1' } },
      { id: ids[1], type: anything.name, payload: null, headers: null },
    ]);
    const rows = await queues.query(
      `select message_id as id, priority, group_key, available_at > statement_timestamp() as is_later
       from millrace.delivery order by sequence`,
    );
    expect(rows).toEqual([
      { id: ids[0], priority: 2, group_key: 'g', is_later: false },
      { id: ids[1], priority: 5, group_key: null, is_later: true },
    ]);
  });

  test.each<[string, Handler<{ n: number }>]>([
    ['fails at once', () => JSON.parse('{')],
    ['fails later', async () => JSON.parse('{')],
    ['rejects', () => reject('no use')],
    ['snoozes', () => snooze(60)],
  ])('is not stored when its handler %s', async (_, end) => {
    const { queues, stored } = await setup((message, context) => {
      context.enqueue(followUp, followUpPayload);
      return end(message, context);
    });
    expect(await queues.drain()).toMatchObject({ claimed: 1, done: 0 });
    expect(await stored()).toEqual([]);
  });

  test('is enqueued by a function that may be taken out of the context', async () => {
    const { queues, stored } = await setup((_, { enqueue }) => void enqueue(anything, 1));
    await queues.drain();
    expect(await stored()).toMatchObject([{ payload: 1 }]);
  });

  test('is what it was at its enqueue, whatever becomes of its payload', async () => {
    const { queues, stored } = await setup((_, { enqueue }) => {
      const payload = { list: [1] };
      const headers = { trace: 'a1' };
      enqueue(anything, payload, { headers });
      payload.list.push(2);
      headers.trace = 'changed';
    });
    await queues.drain();
    expect(await stored()).toMatchObject([{ payload: { list: [1] }, headers: { trace: 'a1' } }]);
  });

  test.each([
    ['before it had enqueued anything', false],
    ['after it had enqueued something', true],
  ])('cannot be enqueued once its handler has returned, %s', async (_, before) => {
    let late: HandlerContext | undefined;
    const { queues, stored } = await setup((_, context) => {
      late = context;
      if (before) context.enqueue(anything, 'in time');
    });
    await queues.drain();
    expect(() => late?.enqueue(anything, 'late')).toThrow(
      'enqueue was called after the handler had returned',
    );
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
    expect(await stored()).toHaveLength(before ? 1 : 0);
  });
});

describe('a follow-up that does not fit its schema', () => {
  test('throws where it is enqueued', async () => {
    const { queues, id, stored } = await setup((_, { enqueue }) => {
      enqueue(anything, 1);
      enqueue(followUp, { at: 'noon' });
    });
    expect(await queues.drain()).toMatchObject({ retried: 1 });
    expect(await stored()).toEqual([]);
    const [attempt] = (await queues.status(id)).deliveries[0]?.attempts ?? [];
    expect(attempt?.error).toMatchObject({ name: 'PayloadMismatch' });
    expect(attempt?.error?.message).toContain('"test.follow_up": /at: ');
  });

  test('is not stored when the handler takes it lightly, others are', async () => {
    const { queues, stored } = await setup((_, { enqueue }) => {
      try {
        enqueue(followUp, { at: 'noon' });
      } catch {
        enqueue(anything, 'instead');
      }
    });
    expect(await queues.drain()).toMatchObject({ done: 1 });
    expect(await stored()).toMatchObject([{ payload: 'instead' }]);
  });

  // Handlers that are still at work when the check, which takes no time, has failed.
  test.each<[string, () => void | Promise<void>]>([
    ['returns at once', () => {}],
    ['goes on working', () => new Promise((resolve) => setTimeout(resolve, 20))],
    ['fails at once', () => JSON.parse('{')],
    ['fails later', () => new Promise((_, fail) => setTimeout(() => fail(new Error('x')), 20))],
  ])('fails an attempt that %s, when the check is asynchronous', async (_, goOn) => {
    const { queues, stored } = await setup((_, { enqueue }) => {
      enqueue(slowlyChecked, 'bad');
      enqueue(slowlyChecked, 'good');
      return goOn();
    });
    expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1 });
    expect(await stored()).toEqual([]);
  });
});

describe('a follow-up that JSON cannot carry', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  const throwing = {
    toJSON() {
      throw new Error('not for JSON');
    },
  };

  test('fails its own attempt and no other', async () => {
    const payloads: unknown[] = [10n, circular, throwing];
    const { queues, stored } = await setup(({ payload: { n } }, { enqueue }) => {
      enqueue(anything, n < payloads.length ? payloads[n] : n);
    });
    await queues.enqueueNumbers(50);
    expect(await queues.drain()).toMatchObject({ claimed: 51, retried: 4, done: 47 });
    expect(await stored()).toHaveLength(47);
  });

  test('is checked as it will be read again', async () => {
    const dated = defineMessageType({ name: 'test.dated', payload: z.object({ at: z.date() }) });
    const { queues, id } = await setup((_, { enqueue }) => void enqueue(dated, { at: new Date() }));
    expect(await queues.drain()).toMatchObject({ retried: 1 });
    const [attempt] = (await queues.status(id)).deliveries[0]?.attempts ?? [];
    expect(attempt?.error?.message).toContain('"test.dated": /at: ');
  });
});
