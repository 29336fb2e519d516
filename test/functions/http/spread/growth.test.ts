// The HTTP API of a deployment that grows from one database to two: whom it asks for a group or a key, and who has it in the end.
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { awsAccess } from '#functions/aws/access.ts';
import type { StraightWay } from '#functions/http/api.ts';
import { createWakeUps } from '#functions/wake/wake-ups.ts';
import { startAws } from '#local/aws/aws-server.ts';
import { databaseIn } from '#queue/spread/database-in-id.ts';
import { bearer, openApi } from '#test/support/functions/api.ts';
import { growingBookstore, order } from '#test/support/functions/growing-bookstore.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { groupAt, passAnHour } from '#test/support/sql/spread.ts';

const shop = await growingBookstore();
const { store, stores, called, single, both } = shop;
const { migrate, place, tick, whereIs, statusOf, queuesOf } = shop;

describe('while the deployment grows', () => {
  /** They move from the first database to the second. */
  const [waiting, dying, resting] = [groupAt(0, 1), groupAt(0, 1), groupAt(0, 1)];

  beforeAll(async () => {
    await migrate(1);
    await place({ groupKey: dying }, { api: single });
    store.isDeclining = true;
    await store.drain();
    store.isDeclining = false;
    await place({ groupKey: waiting }, { api: single });
    await migrate(2);
  });

  /** A dead letter that keeps a group where it is. */
  async function leaveLetter(group: string): Promise<void> {
    await store.query(
      `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
       select gen_random_uuid(), q.id, 1, 5, 1, 'order.placed', $1, '{}' from millrace.queue q where q.name = 'payments'`,
      [group],
    );
    onTestFinished(async () => {
      await store.query('delete from millrace.dead_letter where group_key = $1', [group]);
    });
  }

  test('a group stays where it has a member or a dead letter, and moves after', async () => {
    for (const group of [waiting, dying]) {
      const { id, at, calls } = await place({ groupKey: group });
      expect([at, calls]).toEqual([[0], [1, 0]]);
      expect(databaseIn(id)).toBe(0);
      expect(await statusOf(id)).toMatchObject({ id, groupKey: group });
    }
    await store.drain();
    // Its dead letter keeps the one, and nothing the other.
    expect(await place({ groupKey: dying })).toMatchObject({ at: [0], calls: [1, 0] });
    const { id, at, calls } = await place({ groupKey: waiting });
    expect([at, calls]).toEqual([[1], [1, 0, 1]]);
    expect(databaseIn(id)).toBe(1);
    await both.call('/v1/dead-letters/redrive', { body: { filter: {} } });
    expect(await place({ groupKey: dying })).toMatchObject({ at: [0] });
    await store.drain();
    expect(await place({ groupKey: dying })).toMatchObject({ at: [1], calls: [1, 0, 1] });
  });

  test('a group that rests is at home at once, and others are where they were', async () => {
    expect(await place({ groupKey: resting })).toMatchObject({ at: [1], calls: [1, 0, 1] });
    expect(await place({ groupKey: groupAt(0, 0) })).toMatchObject({ at: [0], calls: [0] });
    called.length = 0;
    const { body } = await both.call('/v1/messages', { body: order() });
    expect([await whereIs(body.id), called]).toEqual([
      [databaseIn(body.id)],
      [databaseIn(body.id)],
    ]);
  });

  test('code of before may still call the first database alone', async () => {
    const { id, at } = await place({ groupKey: groupAt(0, 1) }, { api: single });
    expect([at, await queuesOf(id)]).toEqual([[0], ['elsewhere: pending']]);
    await tick(0);
    expect([await whereIs(id), await queuesOf(id)]).toEqual([[0, 1], ['payments: pending']]);
  });

  test('groups of one request are stored together where they lived, and what has moved is sent on in its order', async () => {
    const [living, moved, resting] = [groupAt(0, 1), groupAt(0, 1), groupAt(0, 1)];
    await leaveLetter(living);
    const before = await place({ groupKey: moved });
    expect(before.at).toEqual([1]);
    const headers = { 'idempotency-key': groupAt(0, 1) };
    const keyed = order({ idempotencyKey: headers['idempotency-key'] });
    const groups = [living, moved, resting].map((groupKey) => order({ groupKey }));
    called.length = 0;
    const { status, body } = await both.call('/v1/messages/batch', {
      body: { messages: [...groups, order(), keyed] },
    });
    expect([status, called]).toEqual([202, [1, 0]]);
    const ids: string[] = body.messages.map(({ id }: { id: string }) => id);
    const queues = await Promise.all(ids.map(shop.queuesOf));
    const stays = ['payments: pending'];
    const leaves = ['elsewhere: pending'];
    expect(queues).toEqual([stays, leaves, leaves, stays, leaves]);
    // What comes later waits behind what was left, and a key stands for what it was used for.
    const after = await place({ groupKey: moved });
    expect([after.status, after.at]).toEqual([202, [0]]);
    expect(await place({}, { headers })).toMatchObject({ id: ids[4], duplicate: true });
    await tick(0);
    const text = `select d.message_id as id from millrace.delivery d where d.group_key = $1 order by d.sequence`;
    expect(await stores[1].query(text, [moved])).toEqual(
      [before.id, ids[1], after.id].map((id) => ({ id })),
    );
    expect(await place({ groupKey: moved })).toMatchObject({ at: [1] });
    expect(await place({}, { headers })).toMatchObject({ id: ids[4], duplicate: true });
  });

  test('groups of one request that several databases decide on are refused, with the one that is in the way', async () => {
    const [living, other] = [groupAt(0, 1), groupAt(0, 0)];
    await place({ groupKey: living }, { api: single });
    const sent: unknown[] = [];
    const straight: StraightWay = {
      recordsSuccesses: false,
      takes: ({ groupKey }) => groupKey === undefined,
      async send(messages) {
        sent.push(...messages);
        return [];
      },
    };
    const { databases } = shop;
    const api = openApi({ databases, registry: store.registry, straight });
    const messages = [order(), order({ groupKey: living }), order({ groupKey: other })];
    called.length = 0;
    const body = { messages };
    const refused = await api.call({ path: '/v1/messages/batch', body, headers: bearer() });
    expect([refused.status, called]).toEqual([422, []]);
    // By its place in the request, although the first message would have gone straight to SQS.
    expect(refused.body.errors).toMatchObject([
      { pointer: '/messages/2/groupKey', code: 'other_database' },
    ]);
    expect(sent).toEqual([]);
  });

  test('an idempotency key counts where it was used before, and moves after', async () => {
    const headers = { 'idempotency-key': groupAt(0, 1) };
    const post = (api = both) => place({}, { api, headers });
    const { id } = await post(single);
    expect(await post()).toMatchObject({ id, duplicate: true, at: [0], calls: [1, 0] });
    await store.query(`update millrace.idempotency_key set expires_at = now() - interval '1 s'`);
    const moved = await post();
    expect(moved).toMatchObject({ duplicate: false, at: [1], calls: [1, 0, 1] });
    expect(await post()).toMatchObject({ id: moved.id, duplicate: true, at: [1] });
  });

  test('it ends when nothing is left, and then everybody is at home', async () => {
    const group = groupAt(0, 1);
    await place({ groupKey: group }, { api: single });
    await passAnHour(stores);
    await migrate(2);
    expect(await place({ groupKey: group })).toMatchObject({ at: [0] });
    for (const number of [0, 1] as const) await tick(number);
    await migrate(2);
    expect(await place({ groupKey: group })).toMatchObject({ at: [1], calls: [1] });
    expect(await place({ groupKey: groupAt(0, 0) })).toMatchObject({ at: [0], calls: [0] });
  });
});

describe('of two databases', () => {
  test('one that is full refuses its own share, and says which message it is', async () => {
    const eaten = (groupKey: string) => ({ type: 'order.eaten', payload: {}, groupKey });
    const [here, there] = [groupAt(0, 0), groupAt(0, 1)];
    const post = (...messages: readonly object[]) =>
      both.call('/v1/messages/batch', { body: { messages } });
    // The queue has room for two, one in each.
    expect((await post(eaten(here))).status).toBe(202);
    const { status, body } = await post(order(), eaten(here));
    expect([status, body.type]).toEqual([429, 'urn:millrace:problem:queue-full']);
    expect(body.errors).toMatchObject([{ pointer: '/messages/1/type', code: 'queue_full' }]);
    expect((await post(eaten(there))).status).toBe(202);
    expect((await post(eaten(there))).status).toBe(429);
    const { policy, depth } = (await both.call('/v1/queues/narrow')).body;
    expect([policy.maxDepth, depth]).toMatchObject([2, { pending: 2 }]);
  });

  test('one that is full leaves to the other what any can take', async () => {
    const full = { type: 'order.eaten', payload: {} };
    const post = async () => (await both.call('/v1/messages', { body: full })).status;
    await both.call('/v1/queues/narrow/purge', { body: { confirm: 'narrow' } });
    called.length = 0;
    // By chance the one or the other is asked first, so either would be asked twice by one that gives up.
    expect([await post(), await post(), await post()]).toEqual([202, 202, 429]);
    expect(new Set(called.slice(-2)), 'both have said that they are full').toEqual(new Set([0, 1]));
    const depths = await Promise.all(
      stores.map(({ query }) =>
        query(
          `select count(*)::integer as n from millrace.delivery_status where queue = 'narrow' and status = 'pending'`,
        ),
      ),
    );
    expect(depths).toEqual([[{ n: 1 }], [{ n: 1 }]]);
  });

  test('the one is woken that has stored a message, also when another was asked first', async () => {
    await stores[0].query('update millrace.placement set before = 1');
    await stores[1].query('update millrace.placement set before = 1');
    const group = 'group';
    const consumerArn = 'arn:aws:lambda:local:000000000000:function:consumer';
    const schedules = { group, roleArn: 'arn:aws:iam::000000000000:role/wake-up' };
    const events: unknown[] = [];
    const aws = await startAws({
      functions: new Map([[consumerArn, async (event: unknown) => void events.push(event)]]),
      groups: [group],
    });
    onTestFinished(aws.stop);
    const settings = { access: awsAccess(aws.environment), consumerArn, schedules, isEager: true };
    const wakeUps = createWakeUps(settings, recordingLog());
    const databases = stores.map(({ database }) => database);
    const api = openApi({ databases, registry: store.registry, wakeUps });
    const post = (groupKey: string) =>
      api.call({ path: '/v1/messages', body: order({ groupKey }), headers: bearer() });
    for (const { query } of stores)
      await query(`update millrace.wake_up set covered_until = '-infinity'`);
    expect((await post(groupAt(0, 1))).status).toBe(202);
    expect(events).toEqual([{ wakeUp: 'enqueued', database: 1 }]);
    expect((await post(groupAt(0, 0))).status).toBe(202);
    expect(events.slice(1)).toEqual([{ wakeUp: 'enqueued' }]);
    expect(aws.schedules.armed.map(({ input }) => JSON.parse(input))).toEqual([
      { wakeUp: 'scheduled', database: 1 },
      { wakeUp: 'scheduled' },
    ]);
  });
});
