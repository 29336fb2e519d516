// Transactional handlers that lose their lease, their connection, an answer: each effect happens once all the same.
import { describe, expect, test } from 'vitest';
import { SessionUnavailable } from '#queue/errors.ts';
import { expireLeases } from '#test/support/move-time.ts';
import {
  gate,
  interceptSession,
  isStep,
  type NumberedHandler,
  neverEnds,
  openEffects,
  type Step,
  write,
} from '#test/support/queue/effects.ts';
import { connectionLost, exchangeOf, intercept } from '#test/support/queue/intercept.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const writing: NumberedHandler = async ({ payload }, context) => {
  await write(context, payload.n);
};

/** A statement that ends the handler's own connection, as a restarting server does. */
const terminate = 'select pg_terminate_backend($1)';

async function outcomesOf({ status }: Awaited<ReturnType<typeof openEffects>>, id = '') {
  const { deliveries } = await status(id);
  return deliveries.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
}

describe('a lost lease', () => {
  test('undoes what the first consumer did after another one has done it', async () => {
    const started = gate();
    const released = gate();
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      if (context.attempt > 1) return;
      started.open();
      await released.passed;
    });
    const [id] = await queues.enqueueNumbers(1);
    const first = queues.drain();
    await started.passed;
    await expireLeases(queues);
    expect(await queues.drain()).toMatchObject({ done: 1 });
    released.open();
    expect(await first).toMatchObject({ claimed: 1, done: 0, stale: 1 });
    expect(await queues.effects()).toEqual([0]);
    expect(await outcomesOf(queues, id)).toEqual(['expired', 'done']);
  });

  test('that is noticed while the handler is at work stops it', async () => {
    const aborted = gate();
    const queues = await openEffects(
      async ({ payload }, context) => {
        await write(context, payload.n);
        if (context.attempt > 1) return;
        await queues.query(`update millrace.delivery set lease_token = gen_random_uuid()`);
        await untilAborted(context.signal);
        aborted.open();
      },
      { leaseSeconds: 5 },
    );
    await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ stale: 1, done: 0 });
    await aborted.passed;
    await waitUntil(async () => (await queues.sessions()) === 0);
    expect(await queues.effects()).toEqual([]);
  });

  test('is none any more once the outcome is settled, though it is not committed', async () => {
    const settled = gate();
    const released = gate();
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      await expireLeases(queues);
    });
    const [id] = await queues.enqueueNumbers(1);
    const openSession = interceptSession(queues.openSession, async (text, run) => {
      if (text === 'commit') {
        settled.open();
        await released.passed;
      }
      return run();
    });
    const first = queues.drain({ openSession });
    await settled.passed;
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
    released.open();
    expect(await first).toMatchObject({ done: 1 });
    expect(await queues.effects()).toEqual([0]);
    expect(await outcomesOf(queues, id)).toEqual(['done']);
  });
});

describe('an answer that is lost', () => {
  test.each<Step>(['begin', 'settle', 'commit'])(
    'to the %s costs no effect and no second one',
    async (at) => {
      const queues = await openEffects(writing);
      await queues.enqueueNumbers(3);
      let lost = 0;
      const openSession = interceptSession(queues.openSession, async (text, run) => {
        const answer = await run();
        if (!isStep(at, text) || lost > 0) return answer;
        lost += 1;
        throw connectionLost();
      });
      await queues.drain({ openSession });
      expect(lost).toBe(1);
      expect(await queues.effects()).toEqual([0, 1, 2]);
      expect(await queues.statuses()).toEqual({ done: 3 });
      const outcomes = await queues.query(
        'select outcome from millrace.attempt_log order by outcome',
      );
      // A begin that fails is no attempt: it is made again.
      const retried = at === 'settle' ? [{ outcome: 'retry' }] : [];
      expect(outcomes).toEqual([...Array(3).fill({ outcome: 'done' }), ...retried]);
    },
  );
});

describe('a connection that is cut', () => {
  test.each<Step>(['insert', 'settle', 'commit'])(
    'before the %s rolls back, and the next attempt succeeds',
    async (at) => {
      const pids = new Map<string, number>();
      const queues = await openEffects(async ({ payload }, context) => {
        const [row] = await context.transaction.query<{ pid: number }>(
          'select pg_backend_pid() as pid',
        );
        pids.set('now', row?.pid ?? 0);
        await write(context, payload.n);
      });
      const [id] = await queues.enqueueNumbers(1);
      let cut = 0;
      const openSession = interceptSession(queues.openSession, async (text, run) => {
        if (isStep(at, text) && cut === 0) {
          cut += 1;
          await queues.query(terminate, [pids.get('now')]);
        }
        return run();
      });
      expect(await queues.drain({ openSession })).toMatchObject({ done: 1, retried: 1 });
      expect(await queues.effects()).toEqual([0]);
      expect(await outcomesOf(queues, id)).toEqual(['retry', 'done']);
    },
  );

  test('while it is idle costs one delivery an attempt at most', async () => {
    const pids: number[] = [];
    const queues = await openEffects(
      async ({ payload }, context) => {
        const [row] = await context.transaction.query<{ pid: number }>(
          'select pg_backend_pid() as pid',
        );
        pids.push(row?.pid ?? 0);
        await write(context, payload.n);
      },
      { concurrency: 1 },
    );
    await queues.enqueueNumbers(20);
    let isCut = false;
    const database = intercept(queues.database, async (statement, run) => {
      if (exchangeOf(statement)?.ids.length === 0 && pids.length > 0 && !isCut) {
        isCut = true;
        await queues.query(terminate, [pids[0]]);
      }
      return run();
    });
    await queues.drain({ database });
    await queues.drain();
    expect(await queues.effects()).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(
      (await queues.query(`select from millrace.attempt_log where outcome <> 'done'`)).length,
    ).toBeLessThan(2);
  });

  test('cannot be opened: no attempt is spent, and the next drain succeeds', async () => {
    const queues = await openEffects(writing);
    const [id] = await queues.enqueueNumbers(1);
    const openSession = () => Promise.reject(new Error('out of order'));
    await expect(queues.drain({ openSession })).rejects.toThrow('out of order');
    expect(await queues.drain()).toMatchObject({ done: 1 });
    expect(await queues.effects()).toEqual([0]);
    expect(await outcomesOf(queues, id)).toEqual(['done']);
  });
});

describe('a connection that answers no more', () => {
  /** An invocation with four seconds left once handlers start, in which that part of a transaction never ends. */
  async function drainWithHanging(at: Step | 'open') {
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      if (at === 'rollback' && payload.n === 0 && context.attempt === 1) throw new Error('no');
    });
    await queues.enqueueNumbers(3);
    let hanging = 0;
    let opened = 0;
    const clock = invocationClock(4_000);
    const openSession = interceptSession(
      async () => {
        opened += 1;
        if (opened === 1) clock.run();
        if (at === 'open' && hanging++ === 0) await neverEnds;
        return queues.openSession();
      },
      async (text, run) => {
        if (at !== 'open' && isStep(at, text) && hanging++ === 0) await neverEnds;
        return run();
      },
    );
    const { remainingMs } = clock;
    const failure = await queues.drain({ openSession, remainingMs }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const leftMs = remainingMs();
    const summary = queues.log.lines.find(({ message }) => message === 'drained')?.attributes;
    return { queues, summary, failure, leftMs };
  }

  test.each<[Step | 'open', string, typeof SessionUnavailable | undefined]>([
    ['open', 'released', SessionUnavailable],
    ['begin', 'released', SessionUnavailable],
    ['insert', 'retried', undefined],
    ['settle', 'retried', undefined],
    ['commit', 'retried', undefined],
    ['rollback', 'retried', undefined],
  ])(
    'at the %s does not keep the drain beyond its time: its delivery is %s',
    async (at, end, failed) => {
      const { queues, summary, failure, leftMs } = await drainWithHanging(at);
      expect(leftMs).toBeGreaterThan(0);
      expect(failure?.constructor).toBe(failed);
      expect(summary).toMatchObject({ claimed: 3, done: 2, [end]: 1 });
      await queues.drain();
      expect(await queues.effects()).toEqual([0, 1, 2]);
      await waitUntil(async () => (await queues.sessions()) === 0);
    },
  );
});

describe('a drain that fails', () => {
  test('leaves no connection behind, and no effect of what it could not settle', async () => {
    const committing = gate();
    const held = gate();
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      if (payload.n === 1) throw new Error('to be settled');
    });
    await queues.enqueueNumbers(2);
    const openSession = interceptSession(queues.openSession, async (text, run) => {
      if (text === 'commit') {
        committing.open();
        await held.passed;
      }
      return run();
    });
    const database = intercept(queues.database, async (statement, run) => {
      if (!exchangeOf(statement)?.ids.length) return run();
      await committing.passed;
      throw new Error('out of order');
    });
    await expect(queues.drain({ openSession, database })).rejects.toThrow('out of order');
    held.open();
    await waitUntil(async () => (await queues.sessions()) === 0);
    await expireLeases(queues);
    await queues.drain();
    expect((await queues.effects()).filter((n) => n === 0)).toEqual([0]);
  });
});
