// A set of messages with an end, enqueued on a connection of the application's own.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import type { Connection, StatementTag } from '#queue/produce/connection.ts';
import { enqueueChord } from '#queue/produce/enqueue-chord.ts';
import { message } from '#queue/produce/message.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { Chords } from '#test/support/sql/chords.ts';

const ended = defineMessageType({
  name: 'test.ended',
  version: 2,
  payload: z.string(),
  upcasters: { 1: String },
});
const queue = defineQueue({
  name: 'all',
  subscriptions: [on(numbered, () => {}), on(ended, () => {})],
});
const queues = await openQueues(queue);
const chords = new Chords(queues.query);
const two = () => [message(numbered, { n: 1 }), message(numbered, { n: 2 }, { priority: 1 })];
const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

/** Fails the test when it is asked. */
const untouched: Connection = {
  query: () => {
    throw new Error('the database was asked');
  },
};

test('stores its messages, and what follows when they have ended', async () => {
  const messages = two();
  const chord = { messages, followedBy: message(ended, 'all') };
  const { id, messages: stored } = await enqueueChord(queues.database, chord);
  expect(stored).toMatchObject(messages.map(({ content }) => ({ id: content.id })));
  expect(await chords.show(id)).toMatchObject({ status: 'open', members: 2 });
  for (const { content } of messages)
    await queues.query('select millrace.cancel($1)', [content.id]);
  await chords.sweep();
  const { followedBy } = await chords.show(id);
  const [follower] = await queues.query(
    'select payload, version, headers from millrace.message where id = $1',
    [followedBy.id],
  );
  const headers = { 'chord-id': id, 'chord-cancelled': '2' };
  expect(follower).toMatchObject({ payload: 'all', version: 2, headers });
});

test('takes a template tag, and the same call again with its id', async () => {
  const tag: StatementTag = async (strings, ...values) =>
    queues.query(
      strings.reduce((text, part, n) => `${text}$${n}${part}`),
      values,
    );
  const { id } = await enqueueChord(tag, { messages: two(), followedBy: message(ended, 'a') });
  const chord = { id: id.replace(/.$/, '0'), messages: two(), followedBy: message(ended, 'b') };
  const first = await enqueueChord(tag, chord);
  expect(await enqueueChord(tag, chord)).toEqual(first);
  expect(await chords.show(chord.id)).toMatchObject({ members: 2 });
});

test('says which message is refused, the one that follows coming after the others', async () => {
  const wrong = message(ended, 7 as never);
  const end = message(ended, 'end');
  expect(
    await failureOf(enqueueChord(untouched, { messages: two(), followedBy: wrong })),
  ).toMatchObject({ code: 'invalid_payload', index: 2, pointer: '/payload' });
  const keyed = message(numbered, { n: 1 }, { idempotencyKey: 'k' });
  expect(
    await failureOf(enqueueChord(queues.database, { messages: [keyed], followedBy: end })),
  ).toMatchObject({ code: 'bad_option', index: 0 });
  expect(
    await failureOf(enqueueChord(queues.database, { messages: [], followedBy: end })),
  ).toMatchObject({ code: 'bad_option', index: 0 });
});
