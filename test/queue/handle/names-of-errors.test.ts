// A type that keeps names of errors only: no text that a handler or a schema writes is recorded, in whatever form it repeats
// the payload.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { openSession } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { reject, retryAfter } from '#queue/declare/ways-out.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const patient = defineMessageType({
  name: 'test.patient',
  payload: z.object({
    diagnosis: z.string().refine((text) => text !== 'unfit', { error: ({ input }) => `${input}` }),
  }),
  errors: 'names',
});
type Patient = { diagnosis: string };

const diagnosis = 'Influenza';
const forms = [diagnosis, diagnosis.toUpperCase(), btoa(diagnosis), diagnosis.slice(0, 5)];

const handlers: [string, Handler<Patient>][] = [
  [
    'an error',
    ({ payload }) => {
      throw new RangeError(`no bed for ${payload.diagnosis.toUpperCase()}`);
    },
  ],
  [
    'an error with causes',
    ({ payload }) => {
      const cause = new AggregateError([new Error(btoa(payload.diagnosis))], payload.diagnosis);
      throw Object.assign(new Error('x', { cause }), { code: 'EHOSTUNREACH' });
    },
  ],
  [
    'a text',
    ({ payload }) => {
      throw payload.diagnosis.slice(0, 5);
    },
  ],
  ['a rejection', ({ payload }) => reject(payload.diagnosis)],
  ['a late retry', ({ payload }) => retryAfter(60, payload.diagnosis)],
];

test.each(handlers)('%s is kept by name', async (_, handler) => {
  const subscriptions = [
    [on(patient, handler)],
    [
      onBatch(
        patient,
        10,
        ([item]) => handler({ payload: item?.message.payload } as never, {} as never) as never,
      ),
    ],
    [onInTransaction(patient, handler as never)],
  ];
  for (const each of subscriptions) {
    const queues = await openQueues(defineQueue({ name: 'wards', subscriptions: each }));
    await queues.enqueue(patient, { diagnosis });
    await queues.drain({ openSession: () => openSession(queues.url) });
    const errors = await queues.query('select error from millrace.attempt_log');
    expect(errors).toHaveLength(1);
    const recorded = JSON.stringify([errors, queues.log.lines]);
    for (const form of forms) expect(recorded).not.toContain(form);
    expect(recorded).toContain('[not kept: ');
    expect(recorded).not.toContain('"stack"');
  }
});

test('names and codes are kept, with those of causes', async () => {
  const [, [, handler] = []] = handlers;
  const subscriptions = handler ? [on(patient, handler)] : [];
  const queues = await openQueues(defineQueue({ name: 'wards', subscriptions }));
  await queues.enqueue(patient, { diagnosis });
  await queues.drain();
  const [row] = await queues.query('select error from millrace.attempt_log');
  const message = expect.stringContaining('not kept');
  expect(row).toEqual({
    error: {
      ...{ name: 'Error', code: 'EHOSTUNREACH', message },
      cause: { name: 'AggregateError', message, errors: [{ name: 'Error', message }] },
    },
  });
});

test('a payload that fits no schema any more is told of by name as well', async () => {
  const queues = await openQueues(
    defineQueue({ name: 'wards', subscriptions: [on(patient, () => {})] }),
  );
  await queues.query(`select millrace.enqueue('test.patient', '{"diagnosis": "unfit"}')`);
  expect(await queues.drain()).toMatchObject({ dead: 1 });
  const [row] = await queues.query('select error from millrace.dead_letter');
  expect(row).toEqual({
    error: { name: 'PayloadMismatch', message: expect.stringContaining('not kept') },
  });
});
