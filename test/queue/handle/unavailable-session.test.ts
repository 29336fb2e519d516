// Transactional handlers for which the database gives no session: no attempt of any message is spent on that.
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSession } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import {
  onInTransaction,
  type TransactionalHandler,
} from '#queue/declare/transactional-handler.ts';
import { SessionUnavailable } from '#queue/errors.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenEffects, openEffects, write } from '#test/support/queue/effects.ts';
import { exchangeOf, intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';

const open = (handler: TransactionalHandler<{ n: number }>, policy: Partial<QueuePolicy> = {}) =>
  openEffects(handler, { maxAttempts: 2, ...policy });

/** The same queue, with sessions that are given up soon: they are tried for no longer than the queue's timeout. */
function impatient({ registry }: OpenEffects): Registry {
  const queues = Array.from(registry.queues.values(), (queue) => ({
    ...queue,
    policy: { ...queue.policy, timeoutSeconds: 0.4 },
  }));
  return defineRegistry({ queues });
}

async function roleWith(queues: OpenEffects, connectionLimit: number) {
  const name = `limited_${randomUUID().replaceAll('-', '')}`;
  await queues.query(
    `create role ${name} login password 'right' connection limit ${connectionLimit} in role millrace_consumer`,
  );
  await queues.query('grant insert on effect to public');
  onTestFinished(async () => {
    await queues.query(`drop role ${name}`);
  });
  const url = new URL(queues.url);
  Object.assign(url, { username: name, password: 'right' });
  const limit = (to: number) => queues.query(`alter role ${name} connection limit ${to}`);
  return { url: url.href, limit };
}

/** Ways in which a real server gives no session, and how each is mended. */
const ways: Record<string, (queues: OpenEffects) => Promise<{ url: string; mend(): unknown }>> = {
  async 'a refused password'(queues) {
    const url = new URL(queues.url);
    url.password = 'not-the-password';
    const refused = { url: url.href, mend: () => Object.assign(refused, { url: queues.url }) };
    return refused;
  },
  async 'no free connection'(queues) {
    const { url, limit } = await roleWith(queues, 0);
    return { url, mend: () => limit(-1) };
  },
  async 'a proxy that closes each connection'(queues) {
    const proxy = await startSwitchedProxy(queues.url);
    proxy.mode = 'close';
    return { url: proxy.url, mend: () => Object.assign(proxy, { mode: 'pass' }) };
  },
  async 'a proxy that never answers'(queues) {
    const proxy = await startSwitchedProxy(queues.url);
    proxy.mode = 'hang';
    return { url: proxy.url, mend: () => Object.assign(proxy, { mode: 'pass' }) };
  },
};

describe.each(Object.keys(ways))('with %s', (way) => {
  async function setup() {
    const started: number[] = [];
    const queues = await open(async ({ payload: { n } }, context) => {
      started.push(n);
      await write(context, n);
    });
    const sessions = await ways[way]?.(queues);
    if (!sessions) throw new Error(`no way is named "${way}"`);
    let claims = 0;
    const database = intercept(queues.database, (statement, run) => {
      if (exchangeOf(statement)?.wanted) claims += 1;
      return run();
    });
    const changes = { database, openSession: () => openSession(sessions.url) };
    const drain = () => queues.drain({ ...changes, registry: impatient(queues) });
    const drainMended = async () => {
      await sessions.mend();
      return queues.drain(changes);
    };
    const attempts = () => queues.query('select from millrace.attempt_log');
    return { queues, sessions, drain, drainMended, started, attempts, claims: () => claims };
  }

  test('no tick spends an attempt, and the first tick after it is mended handles all', async () => {
    const { queues, drain, drainMended, started, attempts } = await setup();
    await queues.enqueueNumbers(30);
    for (let tick = 0; tick < 5; tick += 1)
      await expect(drain()).rejects.toThrow(SessionUnavailable);
    expect(started).toEqual([]);
    expect(await attempts()).toEqual([]);
    expect(await queues.statuses()).toEqual({ pending: 30 });
    expect(await drainMended()).toMatchObject({ claimed: 30, done: 30 });
    expect(await attempts()).toHaveLength(30);
    expect(await queues.effects()).toHaveLength(30);
  });

  test('a tick does not claim the same deliveries again and again', async () => {
    const { queues, drain, claims } = await setup();
    await queues.enqueueNumbers(300);
    await expect(drain()).rejects.toThrow(SessionUnavailable);
    // The first, and those that others of the three callers made before anything was known.
    expect(claims()).toBeLessThanOrEqual(3);
    const { attributes } = queues.log.lines.find(({ message }) => message === 'drained') ?? {};
    const { claimed, ...counts } = attributes ?? {};
    expect(counts).toMatchObject({ done: 0, retried: 0, dead: 0, stale: 0, released: claimed });
    expect(await queues.statuses()).toEqual({ pending: 300 });
  });

  test('the drain says why, and no secret with it', async () => {
    const { queues, sessions, drain } = await setup();
    await queues.enqueueNumbers(1);
    const failure: unknown = await drain().catch((error: unknown) => error);
    const lines = queues.log.lines.filter(({ level }) => level === 'error');
    expect(lines).toEqual([
      {
        level: 'error',
        message: 'session unavailable',
        attributes: {
          queue: 'effects',
          error: 'SessionUnavailable',
          reason: expect.stringMatching(/^no session was to be had: .+/),
        },
      },
    ]);
    const { password } = new URL(sessions.url);
    expect(password.length).toBeGreaterThan(4);
    expect(inspect([queues.log.lines, failure], { depth: 9 })).not.toContain(`:${password}@`);
    expect(inspect([queues.log.lines, failure], { depth: 9 })).not.toContain('not-the-password');
  });
});

describe('sessions that are not to be had', () => {
  const plain = defineMessageType({ name: 'test.plain', payload: numbered.payload });
  const refuse = () => Promise.reject(new Error('refused'));

  test('leave what runs to finish and to be settled; what has not started is released', async () => {
    const refused = Promise.withResolvers<void>();
    const policy = { concurrency: 2, maxAttempts: 2 };
    let finished = 0;
    const queues = await openQueues(
      defineQueue({
        name: 'mixed',
        policy,
        subscriptions: [
          onInTransaction(numbered, () => {}),
          on(plain, async () => {
            await refused.promise;
            // Whatever else the lane would do has had its turn.
            for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
            finished += 1;
          }),
        ],
      }),
    );
    await queues.enqueue(plain, { n: 0 });
    await queues.enqueueNumbers(1);
    for (let n = 1; n < 10; n += 1) await queues.enqueue(plain, { n });
    const openSession = () => {
      refused.resolve();
      return refuse();
    };
    await expect(queues.drain({ openSession })).rejects.toThrow('refused');
    expect(finished).toBe(1);
    expect(await queues.statuses()).toEqual({ done: 1, pending: 10 });
    const drained = queues.log.lines.find(({ message }) => message === 'drained');
    const { claimed, ...counts } = drained?.attributes ?? {};
    expect(counts).toMatchObject({ done: 1, released: Number(claimed) - 1, retried: 0, dead: 0 });
  });

  test('do not end other queues', async () => {
    const queues = await openQueues(
      defineQueue({ name: 'failing', subscriptions: [onInTransaction(numbered, () => {})] }),
      defineQueue({ name: 'other', subscriptions: [on(numbered, () => {})] }),
    );
    await queues.enqueueNumbers(300);
    await expect(queues.drain({ openSession: refuse })).rejects.toThrow('refused');
    expect(await queues.statuses()).toEqual({ done: 300, pending: 300 });
  });

  test('cost a suspect nothing but the attempt that its lease has cost', async () => {
    const queues = await open(async ({ payload }, context) => {
      await write(context, payload.n);
    });
    const [id = ''] = await queues.enqueueNumbers(1);
    await queues.query(`select millrace.claim('effects', gen_random_uuid(), 1)`);
    await expireLeases(queues);
    for (let tick = 0; tick < 5; tick += 1)
      await expect(queues.drain({ openSession: refuse })).rejects.toThrow('refused');
    expect(await queues.drain()).toMatchObject({ done: 1 });
    const { deliveries } = await queues.status(id);
    expect(deliveries).toMatchObject([
      { attempts: [{ outcome: 'expired' }, { attempt: 2, outcome: 'done' }] },
    ]);
  });

  test('cost nothing when the lease was lost meanwhile: another consumer has the delivery', async () => {
    const opening = Promise.withResolvers<never>();
    const queues = await open(() => {}, { leaseSeconds: 5 });
    const [id = ''] = await queues.enqueueNumbers(1);
    const first = queues.drain({ openSession: () => opening.promise });
    await expect.poll(() => queues.statuses(), { timeout: 40_000 }).toEqual({ processing: 1 });
    await queues.query('update millrace.delivery set lease_token = gen_random_uuid()');
    expect(await first).toMatchObject({ claimed: 1, stale: 1 });
    await expireLeases(queues);
    expect(await queues.drain()).toMatchObject({ done: 1 });
    const { deliveries } = await queues.status(id);
    expect(deliveries).toMatchObject([{ attempts: [{ outcome: 'expired' }, { outcome: 'done' }] }]);
  });
});

describe('sessions that are hard to get', () => {
  const writing: TransactionalHandler<{ n: number }> = async ({ payload }, context) => {
    await write(context, payload.n);
  };

  test('are tried again, and no attempt is spent', async () => {
    const queues = await open(writing);
    const proxy = await startSwitchedProxy(queues.url);
    proxy.mode = 'close';
    const openThroughProxy = () => {
      if (proxy.connections >= 3) proxy.mode = 'pass';
      return openSession(proxy.url);
    };
    await queues.enqueueNumbers(1);
    expect(await queues.drain({ openSession: openThroughProxy })).toMatchObject({ done: 1 });
    expect(proxy.connections).toBe(4);
    expect(await queues.query('select from millrace.attempt_log')).toHaveLength(1);
  });

  test('are shared by more handlers than the server has connections for', async () => {
    const queues = await open(writing, { concurrency: 6 });
    const { url } = await roleWith(queues, 2);
    await queues.enqueueNumbers(40);
    const drained = queues.drain({ openSession: () => openSession(url) });
    expect(await drained).toMatchObject({ claimed: 40, done: 40, retried: 0 });
    expect(await queues.query('select from millrace.attempt_log')).toHaveLength(40);
  });
});
