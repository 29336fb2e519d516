// A request that is held until a message's status is another one.
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { gatewayEvent } from '#test/support/functions/gateway-event.ts';
import { connectionLost, countStatements, intercept } from '#test/support/queue/intercept.ts';

const look = 'select millrace.revision($1) as revision';
const whole = 'select millrace.status($1) as status';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

async function enqueue(): Promise<string> {
  const body = { type: 'order.placed', payload: { orderId: 'A' } };
  return (await api.call({ path: '/v1/messages', body, headers: bearer() })).body.id;
}

const status = (id: string, query?: string, from = api) =>
  from.call({ path: `/v1/messages/${id}`, headers: bearer(), ...(query && { query }) });
const cancel = (id: string) => stored.query('select millrace.cancel($1)', [id]);

test('answers at once when the revision is another one than the caller knows', async () => {
  const id = await enqueue();
  const { revision } = (await status(id)).body;
  await cancel(id);
  const counted = countStatements(stored.database);
  const { body } = await status(id, `wait=20&since=${revision}`, openApi({ database: counted }));
  expect(body.status).toBe('cancelled');
  expect(counted.statements.map(({ text }) => text).slice(1)).toEqual([look, whole]);
});

test.each(['', '&since=REVISION'])('is held until something changes: wait=20%s', async (since) => {
  const id = await enqueue();
  const { revision } = (await status(id)).body;
  const looked = Promise.withResolvers<void>();
  const watched = openApi({
    database: intercept(stored.database, async ({ text }, run) => {
      const rows = await run();
      if (text === look) looked.resolve();
      return rows as never;
    }),
  });
  const answer = status(id, `wait=20${since.replace('REVISION', revision)}`, watched);
  await looked.promise;
  await cancel(id);
  const { body } = await answer;
  expect(body.status).toBe('cancelled');
  expect(body.revision).not.toBe(revision);
  expect(watched.log).toMatchObject([{ message: 'request', heldMs: expect.any(Number) }]);
});

test('answers at once to who knows nothing yet of a message that is over', async () => {
  const id = await enqueue();
  await cancel(id);
  const counted = countStatements(stored.database);
  const { body } = await status(id, 'wait=20', openApi({ database: counted }));
  expect(body.status).toBe('cancelled');
  expect(counted.statements.map(({ text }) => text).slice(1)).toEqual([whole]);
});

test('answers what is after its time', async () => {
  const id = await enqueue();
  const { body } = await status(id, 'wait=1');
  expect(body.status).toBe('pending');
});

test('looks with gaps that grow, however long it waits', async () => {
  const id = await enqueue();
  const counted = countStatements(stored.database);
  await status(id, 'wait=3', openApi({ database: counted }));
  const looks = counted.statements.filter(({ text }) => text === look);
  expect(looks.length).toBeGreaterThan(2);
  expect(looks.length).toBeLessThan(9);
});

test('does not wait for longer than the invocation lasts', async () => {
  const id = await enqueue();
  const call = { path: `/v1/messages/${id}`, query: 'wait=20', headers: bearer() };
  const context = { getRemainingTimeInMillis: () => 9_000 };
  const { statusCode } = await api.handler(gatewayEvent(call), context);
  expect(statusCode).toBe(200);
  expect(api.log.at(-1)).toMatchObject({ heldMs: expect.toSatisfy((ms: number) => ms < 5_000) });
});

test.each(['wait=21', 'wait=-1', 'wait=x', 'wait=1.5x', 'since=', `since=${'x'.repeat(201)}`])(
  'refuses %s',
  async (query) => {
    expect((await status(await enqueue(), query)).status).toBe(400);
  },
);

test('a message that nobody has is no message to wait for', async () => {
  const answer = await status('0198f2c4-7d1e-7a3b-9c55-3e8f0a6d2b41', 'wait=20');
  expect(answer.status).toBe(404);
});

describe('a database that goes away while a request is held', () => {
  const away = (isAway: () => boolean) =>
    openApi({
      database: intercept(stored.database, async ({ text }, run) => {
        const isLook = text === look || text === whole;
        if (isLook && isAway()) throw connectionLost();
        return run();
      }),
    });

  test('and comes back is waited for', async () => {
    const id = await enqueue();
    let looks = 0;
    const answer = await status(
      id,
      'wait=1',
      away(() => {
        looks += 1;
        return looks === 2 || looks === 3;
      }),
    );
    expect(answer.status).toBe(200);
  });

  test('and stays away ends it with 503 and a time to come again', async () => {
    const id = await enqueue();
    let looks = 0;
    const answer = await status(
      id,
      'wait=1',
      away(() => {
        looks += 1;
        return looks > 1;
      }),
    );
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  }, 30_000);
});

test('fifty watch at once, and each is told of its own message', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, enqueue));
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  const watched = openApi({
    database: intercept(stored.database, async ({ text }, run) => {
      const rows = await run();
      if (text === look) looks += 1;
      if (looks === ids.length) looked.resolve();
      return rows as never;
    }),
  });
  const answers = ids.map((id) => status(id, 'wait=20', watched));
  await looked.promise;
  for (const id of ids) await cancel(id);
  const ended = await Promise.all(answers);
  expect(ended.map(({ body }) => [body.id, body.status])).toEqual(
    ids.map((id) => [id, 'cancelled']),
  );
});
