// What the compiler knows: these tests fail in `tsc`, not at run time.
import { expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import type { Database } from '#queue/database.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import type { Connection } from '#queue/produce/connection.ts';
import { enqueue, enqueueMany } from '#queue/produce/enqueue.ts';
import { type MessageToEnqueue, message } from '#queue/produce/message.ts';
import type { Enqueued } from '#queue/routines/enqueue.ts';

const reminder = defineMessageType({
  name: 'test.reminder',
  payload: z.object({ at: z.iso.datetime().transform((text) => new Date(text)), note: z.string() }),
});
const tea = { at: '2030-01-01T00:00:00Z', note: 'tea' };

test("enqueue takes its schema's input and the options", () => {
  const check = (connection: Connection) => {
    expectTypeOf(enqueue(connection, reminder, tea)).toEqualTypeOf<Promise<Enqueued>>();
    void enqueue(connection, reminder, tea, { delaySeconds: 5 });
    // @ts-expect-error a property is missing
    void enqueue(connection, reminder, { note: 'tea' });
    // @ts-expect-error the output's type is not the input's
    void enqueue(connection, reminder, { ...tea, at: new Date() });
    // @ts-expect-error there is no such property
    void enqueue(connection, reminder, { at: tea.at, note: 'tea', sugar: 2 });
    // @ts-expect-error no such option
    void enqueue(connection, reminder, tea, { delay: 5 });
    // @ts-expect-error the id is not the caller's to choose
    void enqueue(connection, reminder, tea, { id: 'reminder-1' });
  };
  expectTypeOf(check).parameters.toEqualTypeOf<[Connection]>();
});

test('message is as strict, and enqueueMany takes nothing else', () => {
  const check = (connection: Connection) => {
    expectTypeOf(message(reminder, tea, { priority: 1 })).toEqualTypeOf<MessageToEnqueue>();
    // @ts-expect-error a property is missing
    message(reminder, { note: 'tea' });
    // @ts-expect-error no such option
    message(reminder, tea, { prio: 1 });
    expectTypeOf(enqueueMany(connection, [message(reminder, tea)])).toEqualTypeOf<
      Promise<Enqueued[]>
    >();
    // @ts-expect-error nothing has checked the payload
    void enqueueMany(connection, [{ type: 'test.reminder', payload: tea }]);
  };
  expectTypeOf(check).parameters.toEqualTypeOf<[Connection]>();
});

test("a connection is a tag, or what runs a text with parameters, such as the engine's own database", () => {
  expectTypeOf<Database>().toExtend<Connection>();
  // @ts-expect-error a url opens nothing
  const url: Connection = 'postgresql://user:password@host/database';
  // @ts-expect-error an answer without rows says nothing
  const counting: Connection = { query: async () => 5 };
  expectTypeOf([url, counting]).toExtend<unknown[]>();
});
