// What the compiler knows: these tests fail in `tsc`, not at run time.
import { describe, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { type HandlerContext, type Message, on } from '#queue/declare/handler.ts';
import {
  defineMessageType,
  type PayloadInput,
  type PayloadOf,
} from '#queue/declare/message-type.ts';

const reminder = defineMessageType({
  name: 'test.reminder',
  payload: z.object({ at: z.iso.datetime().transform((text) => new Date(text)), note: z.string() }),
});

describe('a handler', () => {
  test("gets its schema's output", () => {
    on(reminder, (message) => {
      expectTypeOf(message).toEqualTypeOf<Message<{ at: Date; note: string }>>();
    });
    expectTypeOf<PayloadOf<typeof reminder>>().toEqualTypeOf<{ at: Date; note: string }>();
  });

  test('may not read what the payload does not have', () => {
    on(reminder, ({ payload }) => {
      // @ts-expect-error there is no such property
      void payload.missing;
    });
  });

  test('for another payload is refused', () => {
    const wantsNumber = (message: Message<number>) => void message.payload.toFixed();
    // @ts-expect-error the payload is an object
    on(reminder, wantsNumber);
  });

  test('may not answer with a value', () => {
    // @ts-expect-error nobody would read it
    on(reminder, async () => 5);
  });

  test('cannot change its message', () => {
    on(reminder, (message) => {
      // @ts-expect-error a message is immutable
      message.id = 'another';
    });
  });
});

describe('enqueue', () => {
  const check = ({ enqueue }: HandlerContext) => {
    expectTypeOf(
      enqueue(reminder, { at: '2030-01-01T00:00:00Z', note: 'tea' }),
    ).toEqualTypeOf<string>();
    enqueue(reminder, { at: '2030-01-01T00:00:00Z', note: 'tea' }, { delaySeconds: 5 });
    // @ts-expect-error a property is missing
    enqueue(reminder, { at: '2030-01-01T00:00:00Z' });
    // @ts-expect-error the output's type is not the input's
    enqueue(reminder, { at: new Date(), note: 'tea' });
    // @ts-expect-error no such option
    enqueue(reminder, { at: '2030-01-01T00:00:00Z', note: 'tea' }, { delay: 5 });
  };

  test("takes its schema's input", () => {
    expectTypeOf(check).parameters.toEqualTypeOf<[HandlerContext]>();
    expectTypeOf<PayloadInput<typeof reminder>>().toEqualTypeOf<{ at: string; note: string }>();
  });
});
