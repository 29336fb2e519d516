// The window of a deployment, and a rollback: code that meets what only newer code knows, because the database already
// has what that declares.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openSession } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import {
  attemptsOf,
  deploying,
  ignore,
  known,
  pass,
  placed,
  shipped,
  shippedOf,
} from '#test/support/queue/deploying.ts';
import type { OpenQueues } from '#test/support/queue/open-queues.ts';

describe('a subscription that the code does not have yet', () => {
  test('waits at no cost, and newer code handles it', async () => {
    const { queues, newer } = await deploying({
      older: [known],
      newer: [known, on(shipped, ignore)],
    });
    const id = await queues.enqueue(shipped, {});
    await queues.enqueue(placed, {});
    expect(await queues.drain()).toMatchObject({ claimed: 2, done: 1, snoozed: 1, dead: 0 });
    expect(await queues.status(id)).toMatchObject({ status: 'scheduled' });
    await pass(queues, 30);
    expect(await queues.drain({ registry: newer })).toMatchObject({ done: 1 });
    expect(await attemptsOf(queues, id)).toMatchObject([
      {
        attempt: 1,
        outcome: 'snooze',
        error: {
          name: 'NotKnownYet',
          message:
            'queue "mail" has no handler for message type "order.shipped"; newer code knows it, so it waits for that',
        },
      },
      { attempt: 1, outcome: 'done', error: null },
    ]);
  });

  test('is told of once in a drain, and not as a failure', async () => {
    const { queues } = await deploying({ older: [known], newer: [on(shipped, ignore)] });
    for (let n = 0; n < 30; n += 1) await queues.enqueue(shipped, {});
    expect(await queues.drain()).toMatchObject({ claimed: 30, snoozed: 30 });
    expect(queues.log.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([
      {
        level: 'warn',
        message: 'waiting for newer code',
        attributes: {
          queue: 'mail',
          messageId: expect.any(String),
          error: 'UnknownType',
          reason: 'queue "mail" has no handler for message type "order.shipped"',
        },
      },
    ]);
  });

  test('keeps its group in order', async () => {
    const seen: number[] = [];
    const numberedShipment = defineMessageType({
      name: 'order.shipped',
      payload: z.object({ n: z.number() }),
    });
    const { queues, newer } = await deploying({
      older: [known],
      newer: [on(numberedShipment, ({ payload }) => void seen.push(payload.n))],
    });
    for (const n of [1, 2, 3])
      await queues.enqueue(numberedShipment, { n }, { groupKey: 'customer' });
    expect(await queues.drain()).toMatchObject({ claimed: 1, snoozed: 1 });
    expect(await queues.statuses()).toEqual({ scheduled: 1, blocked: 2 });
    await pass(queues, 30);
    expect(await queues.drain({ registry: newer })).toMatchObject({ done: 3 });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('gives back the start that it took of a rate', async () => {
    const policy = { rate: { starts: 2, perSeconds: 86_400 } };
    const { queues } = await deploying({
      older: [known],
      newer: [known, on(shipped, ignore)],
      policy,
    });
    await queues.enqueue(shipped, {}, { priority: 1 });
    await queues.enqueue(placed, {});
    await queues.drain({ remainingMs: () => 4_000 });
    await queues.enqueue(placed, {});
    await queues.drain({ remainingMs: () => 4_000 });
    expect(await queues.statuses()).toEqual({ scheduled: 1, done: 2 });
  });
});

describe('a version that the code does not have yet', () => {
  const kinds = {
    'a single handler': (type: AnyMessageType) => on(type, ignore),
    'a batch handler': (type: AnyMessageType) => onBatch(type, 10, () => {}),
    'a transactional handler': (type: AnyMessageType) => onInTransaction(type, () => {}),
  };

  test.each(Object.entries(kinds))('waits for newer code in %s', async (_, subscribe) => {
    const { queues, newer } = await deploying({
      older: [subscribe(shipped)],
      newer: [subscribe(shippedOf(2))],
    });
    const open = () => openSession(queues.url);
    const id = await queues.enqueue(shipped, {}, { version: 2 });
    await queues.enqueue(shipped, {}, { version: 1 });
    expect(await queues.drain({ openSession: open })).toMatchObject({
      done: 1,
      snoozed: 1,
      dead: 0,
    });
    expect(await attemptsOf(queues, id)).toMatchObject([
      {
        outcome: 'snooze',
        error: {
          message:
            'the payload of "order.shipped" is of version 2; this code knows 1 to 1; newer code knows it, so it waits for that',
        },
      },
    ]);
    await pass(queues, 30);
    expect(await queues.drain({ openSession: open, registry: newer })).toMatchObject({ done: 1 });
  });

  test('waits after a rollback, too, when the older code was declared again', async () => {
    const { queues } = await deploying({
      older: [on(shipped, ignore)],
      newer: [on(shippedOf(2), ignore)],
    });
    await queues.enqueue(shipped, {}, { version: 2 });
    await syncRegistry(queues.database, queues.registry);
    expect(await queues.drain()).toMatchObject({ snoozed: 1, dead: 0 });
  });
});

describe('what no code knows', () => {
  const isDead = async (registry: Registry, queues: OpenQueues) => {
    expect(await queues.drain({ registry })).toMatchObject({ claimed: 1, snoozed: 0, dead: 1 });
    const [letter] = await queues.query<{ error: { name: string; message: string } }>(
      'select error from millrace.dead_letter',
    );
    return letter?.error;
  };

  test('is dead at once: a subscription that was taken out', async () => {
    const { queues, newer } = await deploying({
      older: [known, on(shipped, ignore)],
      newer: [known],
    });
    await syncRegistry(queues.database, queues.registry);
    await queues.enqueue(shipped, {});
    await syncRegistry(queues.database, newer);
    expect(await isDead(newer, queues)).toMatchObject({
      name: 'UnknownType',
      message:
        'queue "mail" has no handler for message type "order.shipped"; the newest code does not know it, either',
    });
  });

  test.each([0, 3])('is dead at once: version %d of 2', async (sent) => {
    const { queues, newer } = await deploying({
      older: [known],
      newer: [on(shippedOf(2), ignore)],
    });
    const id = await queues.enqueue(shipped, {});
    await queues.query('update millrace.message set version = $2 where id = $1', [id, sent]);
    expect(await isDead(newer, queues)).toMatchObject({
      name: 'VersionUnknown',
      message: `the payload of "order.shipped" is of version ${sent}; this code knows 1 to 2; the newest code does not know it, either`,
    });
  });
});
