import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { QueueUrls } from '#functions/sqs/queue-urls.ts';
import { straightWay } from '#functions/sqs/straight-way.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  type Answer,
  type Asked,
  allDone,
  openAnsweringSqs,
} from '#test/support/functions/answering-sqs.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { openSqs, type TestSqs } from '#test/support/functions/sqs.ts';

const typeOf = (name: string) => defineMessageType({ name, payload: z.unknown() });
const types = {
  mailed: typeOf('test.mailed'),
  mailedAndSorted: typeOf('test.mailed_and_sorted'),
  mailedAndStored: typeOf('test.mailed_and_stored'),
  kept: typeOf('test.kept'),
  nobodys: typeOf('test.nobodys'),
};
const { mailed, mailedAndSorted, mailedAndStored, kept, nobodys } = types;
const subscribe = (...subscribed: (typeof mailed)[]) =>
  subscribed.map((type) => on(type, () => {}));

const registry = defineRegistry({
  messageTypes: [nobodys],
  queues: [
    defineQueue({
      name: 'mail',
      policy: { engine: 'sqs' },
      subscriptions: subscribe(mailed, mailedAndSorted, mailedAndStored),
    }),
    defineQueue({
      name: 'leaving',
      policy: { engine: 'sqs', relay: false },
      subscriptions: subscribe(kept),
    }),
    defineQueue({
      name: 'sorting',
      policy: { engine: 'sqs-fifo' },
      subscriptions: subscribe(mailedAndSorted),
    }),
    defineQueue({
      name: 'store',
      policy: { maxDepth: 1 },
      subscriptions: subscribe(mailedAndStored),
    }),
  ],
});

let db: TestDatabase;
let aws: TestSqs;
let api: TestApi;
/** Statements that the API made. */
let statements: string[];
beforeEach(async () => {
  db = await createApiDatabase();
  await syncRegistry(db.database, registry);
  aws = await openSqs([{ name: 'millrace-mail' }, { name: 'millrace-sorting.fifo' }]);
  statements = [];
  api = apiOf(registry);
});

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** An API that sends straight to the queues of these, of which SQS has those of the test unless others are named. */
function apiOf(ofRegistry: Registry, { access, queuesUrl }: Sqs = aws): TestApi {
  const urls = new QueueUrls(`${queuesUrl}millrace-`);
  return openApi({
    database: {
      query(text, parameters) {
        statements.push(text);
        return db.database.query(text, parameters);
      },
    },
    registry: ofRegistry,
    straight: straightWay({ registry: ofRegistry, urls, access, log }),
  });
}
type Sqs = Pick<TestSqs, 'access' | 'queuesUrl'>;

const post = (body: object, headers: Record<string, string> = {}) =>
  api.call({ method: 'POST', path: '/v1/messages', headers: { ...bearer(), ...headers }, body });
const postBatch = (messages: readonly object[]) =>
  api.call({ method: 'POST', path: '/v1/messages/batch', headers: bearer(), body: { messages } });

const sentTo = (name: string) =>
  receive(aws.sqs, name, { most: 10 }).map(({ message }) => ({
    ...JSON.parse(message.body),
    groupId: message.groupId,
    deduplicationId: message.deduplicationId,
  }));
const mail = () => sentTo('millrace-mail');
const sorting = () => sentTo('millrace-sorting.fifo');
const stored = async () =>
  (await db.query<{ id: string }>('select id from millrace.message order by id')).map(
    ({ id }) => id,
  );

describe('a message that needs nothing of Postgres', () => {
  test('is in SQS when it is answered, and no statement is made for it', async () => {
    await post({ type: 'test.mailed', payload: {} });
    mail();
    statements = [];
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const payload = { to: 'Zoë 🚀', odd: '\uFFFE' };
    const { status, body } = await post(
      { type: 'test.mailed', payload, headers: { a: 'b' } },
      { traceparent },
    );
    expect(status).toBe(202);
    const { id } = body;
    expect(body).toMatchObject({ type: 'test.mailed', status: 'relayed', duplicate: false });
    expect(mail()).toMatchObject([
      {
        ...{ id, type: 'test.mailed', version: 1, payload, groupKey: null, attempt: 0, round: 0 },
        headers: { a: 'b', traceparent },
        createdAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect([statements, await stored()]).toEqual([[], []]);
  });

  test('is sent to each queue of its type', async () => {
    const { body } = await post({ type: 'test.mailed_and_sorted', payload: {} });
    const { id } = body;
    expect(mail()).toMatchObject([{ id }]);
    expect(sorting()).toMatchObject([{ id, groupId: id, deduplicationId: `${id}.0` }]);
  });

  test('waits in SQS for up to fifteen minutes', async () => {
    await post({ type: 'test.mailed', payload: {}, delaySeconds: 899.5 });
    aws.clock.now = new Date(aws.clock.now.getTime() + 899_900);
    expect(mail()).toEqual([]);
    aws.clock.now = new Date(aws.clock.now.getTime() + 100);
    expect(mail()).toHaveLength(1);
    expect(await stored()).toEqual([]);
  });

  test('comes in tens with others of its request, which is answered in its order', async () => {
    const messages = Array.from({ length: 25 }, (_, n) => ({ type: 'test.mailed', payload: n }));
    const { status, body } = await postBatch(messages);
    expect([status, aws.calls.length]).toEqual([202, 3]);
    const sent = [...mail(), ...mail(), ...mail()].toSorted((a, b) => a.payload - b.payload);
    expect(sent.map(({ id }) => id)).toEqual(body.messages.map(({ id }: { id: string }) => id));
  });
});

test('a status that nothing is recorded of may be that of a message in SQS', async () => {
  const { body } = await post({ type: 'test.mailed', payload: {} });
  const status = await api.call({ path: `/v1/messages/${body.id}`, headers: bearer() });
  expect([status.status, status.body.type]).toEqual([404, 'urn:millrace:problem:not-recorded']);
  expect(status.body.detail).toMatch(/went straight to SQS/);
});

test.each<[string, object, Record<string, string>?]>([
  ['has an idempotency key', { type: 'test.mailed' }, { 'idempotency-key': 'k' }],
  ['has an instant', { type: 'test.mailed', scheduledAt: new Date().toISOString() }],
  ['waits for longer', { type: 'test.mailed', delaySeconds: 901 }],
  ['waits, and one of its queues is FIFO', { type: 'test.mailed_and_sorted', delaySeconds: 1 }],
  ['goes to a queue in Postgres as well', { type: 'test.mailed_and_stored' }],
  ['goes to a queue that is to be empty', { type: 'test.kept' }],
  ['has no queue', { type: 'test.nobodys' }],
  ['may be too large', { type: 'test.mailed', payload: 'x'.repeat(131_100) }],
  ['holds a number that becomes long', { type: 'test.mailed', payload: [1e300] }],
])('a message is stored that %s', async (_, message, headers) => {
  const { status, body } = await post({ payload: {}, ...message }, headers);
  expect([status, await stored()]).toEqual([202, [body.id]]);
  expect([...mail(), ...sorting()]).toEqual([]);
});

test('a group is stored, since who came before waits there', async () => {
  const body = { type: 'test.sorted', payload: {}, groupKey: 'g' };
  const sorted = typeOf('test.sorted');
  const alone = defineRegistry({
    queues: [
      defineQueue({
        name: 'sorting',
        policy: { engine: 'sqs-fifo' },
        subscriptions: [on(sorted, () => {})],
      }),
    ],
  });
  await syncRegistry(db.database, alone);
  api = apiOf(alone);
  const { status, body: answer } = await post(body);
  expect([status, await stored(), sorting()]).toEqual([202, [answer.id], []]);
});

test('of a request some are sent and some are stored, and its order is kept', async () => {
  const { body } = await postBatch([
    { type: 'test.mailed', payload: 0 },
    { type: 'test.mailed_and_stored', payload: 1 },
    { type: 'test.mailed', payload: 2 },
  ]);
  const [first, second, third] = body.messages;
  expect(body.messages.map(({ status }: { status: string }) => status)).toEqual([
    'relayed',
    'pending',
    'relayed',
  ]);
  expect(await stored()).toEqual([second.id]);
  const sent = mail().toSorted((a, b) => a.payload - b.payload);
  expect(sent).toMatchObject([{ id: first.id }, { id: third.id }]);
});

test('of a request that is refused nothing is sent', async () => {
  const { status } = await postBatch([
    { type: 'test.mailed', payload: 0 },
    { type: 'test.none', payload: 1 },
  ]);
  expect([status, mail(), await stored()]).toEqual([422, [], []]);
});

test('what Postgres refuses keeps all others from being sent', async () => {
  await post({ type: 'test.mailed_and_stored', payload: 0 });
  const { status, body } = await postBatch([
    { type: 'test.mailed', payload: 0 },
    { type: 'test.mailed_and_stored', payload: 1 },
  ]);
  expect([status, mail()]).toEqual([429, []]);
  expect(body.errors).toMatchObject([{ pointer: '/messages/1/type', code: 'queue_full' }]);
});

describe('where SQS does not take it', () => {
  test.each([
    ['is away', 'no answer' as const],
    ['loses its answer', 'lost answer' as const],
    ['refuses', { status: 403, type: 'AccessDenied' }],
  ])('as it %s, a message is stored for the relay', async (_, trouble) => {
    aws.troubles.push(...Array(20).fill(trouble));
    const { status, body } = await post({ type: 'test.mailed', payload: {} });
    expect([status, body.status, await stored()]).toEqual([202, 'pending', [body.id]]);
  });

  test('only those are stored that it refuses', async () => {
    aws = await openSqs([{ name: 'millrace-mail' }], {
      troubles: {
        refusal: (text) =>
          JSON.parse(text).payload === 1
            ? { code: 'InternalError', senderFault: false }
            : undefined,
      },
    });
    api = apiOf(registry);
    const { body } = await postBatch([0, 1].map((payload) => ({ type: 'test.mailed', payload })));
    expect(await stored()).toEqual([body.messages[1].id]);
    expect(mail()).toMatchObject([{ payload: 0 }]);
  });

  test.each<[string, (asked: Asked) => Answer, number[]]>([
    [
      'leaves one out of its answer',
      ({ Entries }) => allDone({ Entries: Entries.filter((_, n) => n !== 1) }),
      [1],
    ],
    ['names none in its answer', () => ({}), [0, 1, 2]],
    ['answers what is no answer', () => '<html>', [0, 1, 2]],
  ])('as it %s, what it may not have is stored for the relay', async (_, answer, left) => {
    const { access } = await openAnsweringSqs(answer);
    const queuesUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';
    api = apiOf(registry, { access, queuesUrl });
    const messages = [0, 1, 2].map((payload) => ({ type: 'test.mailed', payload }));
    const { status, body } = await postBatch(messages);
    expect(status).toBe(202);
    const ids: string[] = body.messages.map(({ id }: { id: string }) => id);
    expect(await stored()).toEqual(left.map((n) => ids[n]));
    expect(body.messages.map((message: { status: string }) => message.status)).toEqual(
      ids.map((_, n) => (left.includes(n) ? 'pending' : 'relayed')),
    );
  });
});
