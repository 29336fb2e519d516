// The relaying consumer of a deployment over several databases: what one has stored and another one is to have.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DATABASE_URL, DATABASES, WAKE_UP_GROUP, WAKE_UP_ROLE } from '#functions/environment.ts';
import { createRelayingConsumerHandler as createPgHandler } from '#functions/pg/relaying-consumer.ts';
import { createRelayingConsumerHandler } from '#functions/relaying-consumer.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { place } from '#queue/routines/placement.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { home } from '#queue/spread/home.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { consumerArn, openAws, wakeUpGroup } from '#test/support/functions/aws.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { printedLines } from '#test/support/functions/printed-lines.ts';
import { numbered } from '#test/support/numbered.ts';

const databaseCount = 3;
const nobodyListens = 'postgresql://nobody:x@127.0.0.1:1/none';

const handled: { readonly n: number; readonly headers: unknown }[] = [];
const registry = defineRegistry({
  queues: [
    defineQueue({
      name: 'numbers',
      subscriptions: [
        on(numbered, ({ payload: { n }, headers }) => void handled.push({ n, headers })),
      ],
    }),
  ],
});

let databases: readonly TestDatabase[];
beforeAll(async () => {
  databases = await Promise.all(Array.from({ length: databaseCount }, () => createDatabase()));
  for (const [number, { database }] of databases.entries()) {
    await syncRegistry(database, registry, { number, databases: databaseCount });
    await place(database, { number, databases: databaseCount, before: null });
  }
});
beforeEach(() => {
  vi.unstubAllEnvs();
  handled.length = 0;
  deploy(databases.map(({ url }) => url));
});

/** A function reads its environment when it is loaded. */
function deploy(urls: readonly string[]): void {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  vi.stubEnv(DATABASE_URL, urls.join(' '));
  vi.stubEnv(DATABASES, String(urls.length));
}

let keys = 0;
/** A group that is at home in a database; before: and was in that one when there was one less. */
function groupOf(database: number, before?: number): string {
  for (;;) {
    keys += 1;
    const key = `group ${keys}`;
    const was = home(key, databaseCount - 1);
    if (home(key, databaseCount) === database && (before ?? was) === was) return key;
  }
}

const at = (number: number) => databases[number] as TestDatabase;

/** As a producer does it who is connected to one database and knows of no other. */
async function enqueue(
  number: number,
  options: EnqueueOptions & { readonly n?: number; readonly type?: string },
): Promise<string> {
  const { n = 1, type = numbered.name, ...rest } = options;
  const id = uuidV7();
  await enqueueMessages(at(number).database, [{ ...rest, id, type, payload: { n } }]);
  return id;
}

/** What a database has of a message. */
async function statusOf(number: number, id: string): Promise<string | undefined> {
  const text = 'select queue, status from millrace.delivery_status where message_id = $1';
  const [row] = await at(number).query<{ queue: string; status: string }>(text, [id]);
  return row && `${row.queue}: ${row.status}`;
}

const context = (remainingMs = 20_000) => ({
  ...lambdaContext(remainingMs),
  invokedFunctionArn: consumerArn,
});

test.each([
  ['neon', 'url', createRelayingConsumerHandler],
  ['pg', 'directUrl', createPgHandler],
] as const)(
  'what belongs to another database is stored there and relayed here, by %s',
  async (_, url, create) => {
    deploy(databases.map((each) => each[url]));
    const groupKey = groupOf(1);
    const options = { groupKey, priority: 2, headers: { tenant: 'ü' } };
    const id = await enqueue(0, { ...options, n: 7 });
    const later = await enqueue(0, { ...options, delaySeconds: 3600 });
    const consumer = create(registry);
    expect(await consumer({}, context())).toMatchObject({ claimed: 2, done: 2 });
    expect(await Promise.all([statusOf(0, id), statusOf(0, later)])).toEqual([
      'elsewhere: relayed',
      'elsewhere: relayed',
    ]);
    const [stored] = await at(1).query(
      `select d.priority, d.group_key, m.headers, d.due_at - m.created_at between '59 min' and '61 min' as is_later
     from millrace.delivery d join millrace.message m on m.id = d.message_id where d.message_id = $1`,
      [later],
    );
    expect(stored).toEqual({
      ...{ priority: 2, group_key: groupKey, headers: { tenant: 'ü' }, is_later: true },
    });
    expect(await consumer({ database: 1 }, context())).toMatchObject({ done: 1 });
    expect(handled).toEqual([{ n: 7, headers: { tenant: 'ü' } }]);
    expect(await statusOf(1, id)).toBe('numbers: done');
    expect(await consumer({}, context())).toMatchObject({ claimed: 0 });
  },
);

test('the members of a group arrive in their order', async () => {
  const groups = [groupOf(1), groupOf(1), groupOf(2)];
  const consumer = createRelayingConsumerHandler(registry);
  for (let n = 0; n < 30; n += 1) await enqueue(0, { groupKey: groups[n % 3] ?? '', n });
  await consumer({}, context());
  for (const database of [1, 2]) await consumer({ database }, context());
  const inOrder = (group: number) => handled.map(({ n }) => n).filter((n) => n % 3 === group);
  for (const group of [0, 1, 2])
    expect(inOrder(group)).toEqual(inOrder(group).toSorted((one, other) => one - other));
  expect(handled).toHaveLength(30);
});

test('in a growth it comes back when the database that decides says that it is at home here', async () => {
  const grown = 'update millrace.placement set before = $1';
  for (const { query } of databases) await query(grown, [databaseCount - 1]);
  try {
    const groupKey = groupOf(2, 0);
    const id = await enqueue(2, { groupKey, n: 5 });
    expect(await statusOf(2, id)).toBe('elsewhere: pending');
    const consumer = createRelayingConsumerHandler(registry);
    // The forward, and then its real delivery.
    expect(await consumer({ database: 2 }, context())).toMatchObject({ claimed: 2, done: 2 });
    expect(handled).toMatchObject([{ n: 5 }]);
    expect(await statusOf(2, id)).toBe('numbers: done');
    expect(await statusOf(0, id)).toBeUndefined();
  } finally {
    for (const { query } of databases) await query(grown, [null]);
  }
});

describe('what cannot be sent now', () => {
  const due = `update millrace.delivery set available_at = statement_timestamp(), due_at = null
    where message_id = $1`;

  test('waits without an attempt spent, and keeps nothing from other databases', async () => {
    deploy([at(0).url, nobodyListens, at(2).url]);
    const waiting = await Promise.all([
      enqueue(0, { groupKey: groupOf(1) }),
      enqueue(0, { groupKey: groupOf(1) }),
    ]);
    const sent = await enqueue(0, { groupKey: groupOf(2) });
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'WARN');
    const consumer = createRelayingConsumerHandler(registry);
    const lines = await printedLines(async () => {
      expect(await consumer({}, context())).toMatchObject({ done: 1, snoozed: 2, retried: 0 });
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { message: 'nothing can be forwarded for the moment', database: 0, to: 1 },
    ]);
    expect(await statusOf(2, sent)).toBe('numbers: pending');
    const [id = ''] = waiting;
    const [row] = await at(0).query('select attempt from millrace.delivery where message_id = $1', [
      id,
    ]);
    expect(row).toEqual({ attempt: 0 });

    deploy(databases.map(({ url }) => url));
    for (const each of waiting) await at(0).query(due, [each]);
    expect(await createRelayingConsumerHandler(registry)({}, context())).toMatchObject({ done: 2 });
    expect(await statusOf(1, id)).toBe('numbers: pending');
  });

  test('because this code does not know the database yet waits, too', async () => {
    const id = await enqueue(0, { groupKey: groupOf(2) });
    deploy([at(0).url, at(1).url]);
    const older = createRelayingConsumerHandler(registry);
    expect(await older({}, context())).toMatchObject({ snoozed: 1, dead: 0 });
    deploy(databases.map(({ url }) => url));
    await at(0).query(due, [id]);
    expect(await createRelayingConsumerHandler(registry)({}, context())).toMatchObject({ done: 1 });
  });
});

test('what is refused for good is dead, and says why', async () => {
  const id = await enqueue(0, { groupKey: groupOf(1) });
  const other = { id, type: numbered.name, payload: { n: 99 } };
  await enqueueMessages(at(1).database, [other]);
  const consumer = createRelayingConsumerHandler(registry);
  expect(await consumer({}, context())).toMatchObject({ dead: 1 });
  const text = 'select error from millrace.dead_letter where message_id = $1';
  expect(await at(0).query(text, [id])).toMatchObject([{ error: { name: 'EnqueueRefused' } }]);
});

test('in a deployment that sleeps the consumer is woken for the database that something was stored in', async () => {
  const aws = await openAws();
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  vi.stubEnv(WAKE_UP_GROUP, wakeUpGroup);
  vi.stubEnv(WAKE_UP_ROLE, 'arn:aws:iam::000000000000:role/wake-up');
  await enqueue(0, { groupKey: groupOf(2) });
  await createRelayingConsumerHandler(registry)({}, context());
  const inputs = aws.schedules.armed.map(({ input }) => JSON.parse(input));
  expect(inputs).toContainEqual({ wakeUp: 'scheduled', database: 2 });
  expect(inputs).not.toContainEqual({ wakeUp: 'scheduled', database: 1 });
});
