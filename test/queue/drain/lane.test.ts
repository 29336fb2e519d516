// One queue in one drain, opened by hand on a real database.
import { describe, expect, test } from 'vitest';
import { openSession } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { atEnd, type ClaimPosition, startAt } from '#queue/drain/claim-position.ts';
import { Deadline } from '#queue/drain/deadline.ts';
import { Lane } from '#queue/drain/lane.ts';
import { Pace } from '#queue/drain/pace.ts';
import { QueueReport } from '#queue/drain/queue-report.ts';
import { queueRuntime } from '#queue/handle/queue-runtime.ts';
import { settleAndClaim } from '#queue/routines/settle-and-claim.ts';
import { survey } from '#queue/routines/survey.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, exchangeOf } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const written = defineMessageType({ name: 'test.written', payload: numbered.payload });

async function setup(handler: Handler<{ n: number }>, policy: Partial<QueuePolicy> = {}) {
  const queue = defineQueue({
    name: 'plain',
    policy,
    subscriptions: [on(numbered, handler), onInTransaction(written, () => {})],
  });
  const queues = await openQueues(queue);
  const database = countStatements(queues.database);
  const clock = { remainingMs: 60_000 };
  const deadline = new Deadline(() => clock.remainingMs);
  const pace = new Pace(queue.policy);
  const report = new QueueReport(queue.name, queues.log);
  const open = (position: ClaimPosition, until = deadline) => {
    const session = () => openSession(queues.url);
    const options = { database, log: queues.log, deadline, openSession: session };
    const runtime = queueRuntime(queue, options);
    return new Lane({ runtime, pace, report, position, deadline: until, lanes: () => 1 });
  };
  const cursor = async () => {
    const surveyed = await survey(queues.database, [queue.name], { budgetMs: 60_000 });
    return surveyed.queues[0]?.cursor ?? {};
  };
  const claims = () => database.statements.flatMap((each) => exchangeOf(each)?.wanted || []);
  return { queues, open, cursor, clock, deadline, pace, report, claims };
}

describe('a lane', () => {
  test('handles all that lies behind its position, and reports it', async () => {
    const seen: number[] = [];
    const { queues, open, cursor, report } = await setup(({ payload }) => {
      seen.push(payload.n);
      if (payload.n === 7) throw new Error('failed');
    });
    await queues.enqueueNumbers(500);
    await open(startAt(await cursor())).drain();
    expect(new Set(seen).size).toBe(500);
    expect(report.counts).toMatchObject({ claimed: 500, done: 499, retried: 1, dead: 0, stale: 0 });
    expect(await queues.statuses()).toEqual({ done: 499, scheduled: 1 });
    const warnings = queues.log.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ message: 'attempt failed', attributes: { queue: 'plain' } }]);
  });

  test('that claims nothing handles and settles what it is given', async () => {
    const seen: number[] = [];
    const { queues, open, report, claims } = await setup(({ payload }) => {
      seen.push(payload.n);
    });
    await queues.enqueueNumbers(3);
    const exchange = { queue: 'plain', results: [], wanted: 1, cursor: null, budgetMs: 60_000 };
    const { deliveries } = await settleAndClaim(queues.database, exchange);
    const lane = open(atEnd);
    lane.take(deliveries);
    await lane.drain();
    expect(seen).toEqual([0]);
    expect(claims()).toEqual([]);
    expect(report.counts).toMatchObject({ claimed: 1, done: 1 });
    expect(await queues.statuses()).toEqual({ done: 1, pending: 2 });
  });

  test('claims nothing in time that is reserved', async () => {
    const { queues, open, cursor, deadline, claims } = await setup(() => {});
    await queues.enqueueNumbers(3);
    await open(startAt(await cursor()), deadline.reserving(1)).drain();
    expect(claims()).toEqual([]);
    expect(await queues.statuses()).toEqual({ pending: 3 });
  });

  test('claims at the pace that is known of its handlers, and learns from them', async () => {
    const policy = { concurrency: 2, batchSize: 100 };
    const { queues, open, cursor, pace, claims } = await setup(() => {}, policy);
    await queues.enqueueNumbers(4);
    await open(startAt(await cursor())).drain();
    expect(claims()[0]).toBe(4);
    expect(pace.slowestMs).toBeGreaterThan(0);
    // As if those before had taken ten minutes each.
    for (let run = 0; run < 100; run += 1) pace.record(600_000, 1, true);
    const before = claims().length;
    await queues.enqueueNumbers(4);
    await open(startAt(await cursor())).drain();
    expect(claims()[before]).toBe(2);
    expect(await queues.statuses()).toEqual({ done: 8 });
  });

  test('leaves no session open', async () => {
    const { queues, open, cursor } = await setup(() => {});
    await queues.enqueue(written, { n: 1 });
    await open(startAt(await cursor())).drain();
    expect(await queues.statuses()).toEqual({ done: 1 });
    const sessions = () =>
      queues.query(
        `select from pg_stat_activity
         where datname = current_database() and query = 'commit'`,
      );
    await expect.poll(sessions, { timeout: 40_000 }).toEqual([]);
  });
});
