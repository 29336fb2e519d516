import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { type Handler, type Message, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { validatePayload } from '#queue/declare/payload.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { newMessage } from '#queue/routines/new-message.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const name = 'test.contact';
const asText = z.object({ name: z.string() });
const split = z.object({ first: z.string(), last: z.string() });
const listed = z.object({ names: z.array(z.string()) });

/** Version 1: {name}. Version 2: {first, last}. Version 3: {names}. */
const contact = defineMessageType({
  name,
  version: 3,
  payload: listed,
  upcasters: {
    1: (older) => {
      const [first = '', last = ''] = asText.parse(older).name.split(' ');
      return { first, last };
    },
    2: (older) => {
      const { first, last } = split.parse(older);
      return { names: [first, last] };
    },
  },
});

async function setup(handler: Handler<z.output<typeof listed>> = () => {}) {
  const subscriptions = [on(contact, handler)];
  return openQueues(defineQueue({ name: 'contacts', policy: { maxAttempts: 3 }, subscriptions }));
}

/** As its producer would send it, whatever the code knows by now. */
const older = (payload: unknown) => payload as z.input<typeof listed>;

describe('a handler', () => {
  test('gets payloads of every version in the form of the newest', async () => {
    const got: unknown[] = [];
    const queues = await setup(({ payload }) => void got.push(payload));
    await queues.enqueue(contact, older({ name: 'Ada Lovelace' }));
    await queues.enqueue(contact, older({ first: 'Alan', last: 'Turing' }), { version: 2 });
    await queues.enqueue(contact, { names: ['Grace', 'Hopper'] }, { version: 3 });
    await queues.drain();
    expect(got).toEqual([
      { names: ['Ada', 'Lovelace'] },
      { names: ['Alan', 'Turing'] },
      { names: ['Grace', 'Hopper'] },
    ]);
  });

  test('of a batch gets them in that form, too', async () => {
    const got: unknown[] = [];
    const batch = onBatch(contact, 10, (items) => {
      got.push(...items.map(({ message }) => message.payload));
    });
    const queues = await openQueues(defineQueue({ name: 'contacts', subscriptions: [batch] }));
    await queues.enqueue(contact, older({ name: 'Ada Lovelace' }));
    await queues.enqueue(contact, { names: [] }, { version: 3 });
    await queues.drain();
    expect(got).toEqual([{ names: ['Ada', 'Lovelace'] }, { names: [] }]);
  });

  test('leaves the stored payload as it was sent', async () => {
    const queues = await setup();
    const id = await queues.enqueue(contact, older({ name: 'Ada Lovelace' }));
    await queues.drain();
    expect((await queues.status(id)).payload).toEqual({ name: 'Ada Lovelace' });
  });
});

describe('a delivery is dead at once', () => {
  async function deadLetterOf(payload: unknown, version?: number) {
    const handled: Message[] = [];
    const queues = await setup((message) => void handled.push(message));
    const options = version === undefined ? {} : { version };
    const id = await queues.enqueue(contact, older(payload), options);
    const healthy = await queues.enqueue(contact, { names: [] }, { version: 3 });
    expect(await queues.drain()).toMatchObject({ dead: 1, done: 1 });
    expect(handled.map((message) => message.id)).toEqual([healthy]);
    const [delivery] = (await queues.status(id)).deliveries;
    expect(delivery?.attempts).toHaveLength(1);
    return delivery?.attempts[0]?.error;
  }

  test('when its version is newer than the code', async () => {
    expect(await deadLetterOf({ emails: ['secret@example.com'] }, 4)).toMatchObject({
      name: 'VersionUnknown',
      message:
        'the payload of "test.contact" is of version 4; this code knows 1 to 3; the newest code does not know it, either',
    });
  });

  test('when an upcaster throws, with the place and not the payload', async () => {
    const error = await deadLetterOf({ name: { secret: 'Ada Lovelace' } });
    expect(error).toMatchObject({
      name: 'UpcastFailed',
      message: 'the upcaster of "test.contact" from version 1 to 2 threw: ZodError',
    });
    expect(error?.stack).toMatch(/^UpcastFailed: .*\n +at /);
    expect(error?.stack).toContain('versions.test.ts');
    expect(error).not.toHaveProperty('cause');
    expect(JSON.stringify(error)).not.toContain('Lovelace');
  });

  test('when what the upcasters give does not fit the schema', async () => {
    const upcasters = { 1: () => ({ names: 'Ada' }) };
    const type = defineMessageType({ name, version: 2, payload: listed, upcasters });
    const queue = defineQueue({ name: 'contacts', subscriptions: [on(type, () => {})] });
    const queues = await openQueues(queue);
    const id = await queues.enqueue(type, older({}));
    expect(await queues.drain()).toMatchObject({ dead: 1 });
    const [delivery] = (await queues.status(id)).deliveries;
    expect(delivery?.attempts).toMatchObject([{ error: { name: 'PayloadMismatch' } }]);
  });
});

test.each([
  [
    'an error that quotes the payload',
    (older: unknown) => {
      throw new Error(`bad: ${JSON.stringify(older)}`);
    },
  ],
  [
    'an error of several lines',
    (older: unknown) => {
      throw new Error(`bad\n    at ${JSON.stringify(older)}`);
    },
  ],
  [
    'the payload itself',
    (older: unknown) => {
      throw older;
    },
  ],
])('what failed to upcast is not repeated, even by %s', (_, upcaster) => {
  const type = defineMessageType({ name, version: 2, payload: listed, upcasters: { 1: upcaster } });
  const checked = validatePayload(type, { name: 'Ada Lovelace' }, 1);
  if (checked instanceof Promise || checked.ok) throw new Error('it was upcast');
  expect(checked.error).toMatchObject({ name: 'UpcastFailed' });
  expect(`${checked.error.stack} ${JSON.stringify(checked)}`).not.toContain('Lovelace');
});

describe('a payload that is only checked', () => {
  test('is of the current version unless another is given', () => {
    expect(validatePayload(contact, { names: ['Ada'] })).toMatchObject({ ok: true });
    expect(validatePayload(contact, { name: 'Ada' })).toMatchObject({ ok: false });
    expect(validatePayload(contact, { name: 'Ada L' }, 1)).toEqual({
      ok: true,
      value: { names: ['Ada', 'L'] },
    });
  });

  test('is not changed by an upcaster that works in place', () => {
    const upcasters = {
      1: (older: unknown) => Object.assign(older as object, { names: [], name: undefined }),
    };
    const type = defineMessageType({ name, version: 2, payload: listed, upcasters });
    const payload = { name: 'Ada' };
    expect(validatePayload(type, payload, 1)).toMatchObject({ ok: true });
    expect(payload).toEqual({ name: 'Ada' });
  });

  test.each([0, -1, 4, 1.5, NaN])('has no version %d', (version) => {
    expect(validatePayload(contact, {}, version)).toMatchObject({
      ok: false,
      issues: [{ pointer: '' }],
      error: { name: 'VersionUnknown' },
    });
  });

  test('of the current version does not meet an upcaster', () => {
    const upcasters = { 1: () => expect.unreachable() };
    const type = defineMessageType({ name, version: 2, payload: listed, upcasters });
    expect(validatePayload(type, { names: [] })).toMatchObject({ ok: true });
  });
});

describe('a follow-up', () => {
  const stored = async (followUp: Handler<{ n: number }>) => {
    const queue = defineQueue({ name: 'first', subscriptions: [on(numbered, followUp)] });
    const contacts = defineQueue({ name: 'contacts', subscriptions: [on(contact, () => {})] });
    const queues = await openQueues(queue, contacts);
    await queues.enqueueNumbers(1);
    await queues.drain();
    return queues.query('select version, payload from millrace.message where type = $1', [name]);
  };

  test('is stored with the current version', async () => {
    const messages = await stored((_, { enqueue }) => void enqueue(contact, { names: ['Ada'] }));
    expect(messages).toEqual([{ version: 3, payload: { names: ['Ada'] } }]);
  });

  test('of an older version is checked as the newest and stored as it is', async () => {
    const messages = await stored((_, { enqueue }) => {
      expect(() => enqueue(contact, older({ first: 'Ada' }), { version: 2 })).toThrow('threw');
      expect(() => enqueue(contact, older({ name: 'Ada' }))).toThrow('does not fit');
      expect(() => enqueue(contact, older({}), { version: 9 })).toThrow('version 9');
      enqueue(contact, older({ name: 'Ada Lovelace' }), { version: 1 });
    });
    expect(messages).toEqual([{ version: 1, payload: { name: 'Ada Lovelace' } }]);
  });
});

describe('a new message', () => {
  test.each([
    [{}, { version: 3 }],
    [{ version: 1 }, { version: 1 }],
    [
      { version: 2, priority: 1 },
      { version: 2, priority: 1 },
    ],
  ])('with options %j has %j', (options, expected) => {
    const message = newMessage(contact, { names: [] }, options);
    expect(message).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      type: name,
      payload: { names: [] },
      ...expected,
    });
  });

  test('of a type with one version does not name it', () => {
    expect(newMessage(numbered, { n: 1 })).not.toHaveProperty('version');
  });
});

describe('a message type', () => {
  const upcast = (older: unknown) => older;
  const declare = (version: number, upcasters: Record<number, (older: unknown) => unknown>) =>
    defineMessageType({ name, payload: listed, version, upcasters });

  test.each([
    [2, {}, 'the upcaster from version 1 to 2 is missing'],
    [4, { 1: upcast, 3: upcast }, 'the upcaster from version 2 to 3 is missing'],
    [2, { 1: upcast, 2: upcast }, "an upcaster from version 2, but the type's version is 2"],
    [1, { 0: upcast }, 'an upcaster from version 0'],
    [0, {}, 'version is a whole number from 1 to 32767; got 0'],
    [1.5, {}, 'got 1.5'],
    [32_768, {}, 'got 32768'],
  ])('of version %d with upcasters %j is refused', (version, upcasters, reason) => {
    expect(() => declare(version, upcasters)).toThrow(TypeError);
    expect(() => declare(version, upcasters)).toThrow(reason);
  });
});
