// The parts of a drain: what fails in one of them, or is held up, keeps none of the others from running.
import { describe, expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import {
  connectionLost,
  exchangeOf,
  intercept,
  type Statement,
} from '#test/support/queue/intercept.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { daily, openSchedules } from '#test/support/queue/open-schedules.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const damaged = () => Object.assign(new Error('invalid page'), { code: 'XX001' });

/** Two queues, each with ten suspects and five fresh deliveries, and maintenance that is due. */
async function setup(handler: Handler<{ n: number }> = () => {}) {
  const subscriptions = [on(numbered, handler)];
  const queues = await openQueues(
    defineQueue({ name: 'failing', subscriptions }),
    defineQueue({ name: 'other', subscriptions }),
  );
  await queues.enqueueNumbers(10);
  for (const name of queues.registry.queues.keys())
    await queues.query('select millrace.claim($1, gen_random_uuid(), 10)', [name]);
  await expireLeases(queues);
  await queues.enqueueNumbers(5);
  await queues.query(`update millrace.setting set maintained_at = '-infinity'`);
  return queues;
}

/** The database, where the statements that the condition holds for fail. */
function failing(
  database: Database,
  isOne: (statement: Statement) => boolean,
  error: () => Error = damaged,
): Database {
  return intercept(database, (statement, run) =>
    isOne(statement) ? Promise.reject(error()) : run(),
  );
}

const calls = (routine: string, queue?: string) => (statement: Statement) =>
  statement.text.includes(`millrace.${routine}(`) &&
  (queue === undefined || statement.parameters[0] === queue);

/** What became of everything. */
async function outcomeOf({ query, log }: OpenQueues) {
  const ends = await query<{ queue: string; done: number }>(
    `select queue, count(*) filter (where status = 'done')::integer as done
     from millrace.delivery_status group by 1`,
  );
  const recorded = await query<{ name: string }>(
    'select q.name from millrace.drain_log l join millrace.queue q on q.id = l.queue_id order by 1',
  );
  const maintained = await query('select from millrace.setting where isfinite(maintained_at)');
  return {
    done: Object.fromEntries(ends.map(({ queue, done }) => [queue, done])),
    recorded: recorded.map(({ name }) => name),
    isMaintained: maintained.length === 1,
    summaries: log.lines.filter(({ message }) => message === 'drained').length,
  };
}

const everything = {
  done: { failing: 15, other: 15 },
  recorded: ['failing', 'other'],
  isMaintained: true,
  summaries: 1,
};

/** Every survey but the first of a drain. */
function laterSurveys() {
  let count = 0;
  return (statement: Statement) => {
    if (calls('survey')(statement)) count += 1;
    return count > 1 && calls('survey')(statement);
  };
}

const parts: [string, (statement: Statement) => boolean, Partial<typeof everything>][] = [
  [
    'a lane',
    calls('settle_and_claim', 'failing'),
    // Its suspects could not be settled, either.
    { done: { failing: 0, other: 15 }, recorded: ['other'] },
  ],
  [
    'the suspects of a queue',
    calls('claim_suspects', 'failing'),
    { done: { failing: 5, other: 15 } },
  ],
  ['a later survey', laterSurveys(), {}],
  ['recording', calls('record_drain'), { recorded: [] }],
  ['maintenance', calls('maintain'), { isMaintained: false }],
];

describe('a part that fails', () => {
  test.each(parts)('%s keeps nothing else from running', async (_, isOne, changes) => {
    const queues = await setup();
    const database = failing(queues.database, isOne);
    await expect(queues.drain({ database })).rejects.toThrow('invalid page');
    expect(await outcomeOf(queues)).toEqual({ ...everything, ...changes });
  });

  test('is what the drain throws, and others are logged', async () => {
    const queues = await setup();
    const lane = failing(queues.database, calls('settle_and_claim', 'failing'));
    const database = failing(lane, calls('maintain'), () => new Error('no maintenance'));
    await expect(queues.drain({ database })).rejects.toThrow('invalid page');
    const lines = queues.log.lines.filter(({ level }) => level === 'error');
    expect(lines.map(({ attributes }) => attributes)).toEqual([
      { part: 'maintenance', error: 'Error', reason: 'no maintenance' },
    ]);
  });
});

describe('a part that is held up', () => {
  test('keeps nothing else from running, and goes on when it can', async () => {
    const attempts: string[] = [];
    const queues = await setup((_, { queue, attempt }) => {
      if (queue === 'failing') attempts.push(`attempt ${attempt}`);
    });
    let isHeldUp = true;
    const database = failing(
      queues.database,
      (statement) =>
        isHeldUp &&
        exchangeOf(statement)?.queue === 'failing' &&
        exchangeOf(statement)?.ids.length !== 0,
      connectionLost,
    );
    const drained = queues.drain({ database });
    await waitUntil(async () => (await outcomeOf(queues)).isMaintained);
    expect(await outcomeOf(queues)).toEqual({
      ...everything,
      done: { failing: 0, other: 15 },
      summaries: 0,
    });
    isHeldUp = false;
    expect(await drained).toMatchObject({ done: 20, stale: 0 });
    expect(attempts).toEqual(Array(5).fill('attempt 1'));
    const recorded = await queues.query(
      `select l.claimed, l.done from millrace.drain_log l join millrace.queue q on q.id = l.queue_id
       where q.name = 'failing' order by l.ended_at`,
    );
    expect(recorded).toEqual([
      { claimed: 5, done: 0 },
      { claimed: 0, done: 5 },
    ]);
  });

  /** The drain of queues of which one gets no answer until all others are done. */
  async function drainHeldUp(queues: OpenQueues): Promise<DrainSummary> {
    let isHeldUp = true;
    const database = failing(
      queues.database,
      (statement) => isHeldUp && exchangeOf(statement)?.queue === 'failing',
      connectionLost,
    );
    const drained = queues.drain({ database });
    await waitUntil(async () => (await outcomeOf(queues)).isMaintained);
    isHeldUp = false;
    return drained;
  }

  test('starts no handler beside those that follow it', async () => {
    const seen: string[] = [];
    const queues = await setup((_, { queue }) => void seen.push(queue));
    expect(await drainHeldUp(queues)).toMatchObject({ done: 15, released: 5 });
    expect(seen).toEqual(Array(15).fill('other'));
  });

  test('goes on where it was when nothing is to be alone', async () => {
    const queues = await setup();
    for (const table of ['delivery', 'parcel'])
      await queues.query(`delete from millrace.${table} where lease_expires_at is not null`);
    expect(await drainHeldUp(queues)).toMatchObject({ done: 10, released: 0 });
  });

  test('may be a group of suspects, which others of its queue follow when it goes on', async () => {
    const gate = Promise.withResolvers<void>();
    let handled = 0;
    const one = { concurrency: 1 };
    const queues = await openQueues(
      defineQueue({ name: 'slow', subscriptions: [on(numbered, () => gate.promise)] }),
      defineQueue({
        name: 'failing',
        policy: one,
        subscriptions: [
          on(numbered, () => {
            handled += 1;
          }),
        ],
      }),
    );
    await queues.enqueueNumbers(20);
    for (const name of queues.registry.queues.keys())
      await queues.query('select millrace.claim($1, gen_random_uuid(), 20)', [name]);
    await expireLeases(queues);
    let failingSince: number | undefined;
    const database = failing(
      queues.database,
      (statement) => {
        const { queue, ids = [] } = exchangeOf(statement) ?? {};
        if (queue !== 'failing' || ids.length === 0) return false;
        failingSince ??= performance.now();
        // Longer than the three seconds after which it is held up.
        return performance.now() - failingSince < 3_600;
      },
      connectionLost,
    );
    const drained = queues.drain({ database });
    await waitUntil(() => handled === 20);
    gate.resolve();
    expect(await drained).toMatchObject({ claimed: 40, done: 40 });
  });

  test('may be a schedule', async () => {
    const schedules = await openSchedules(
      daily({ name: 'first', catchUp: 'once' }),
      daily({ name: 'second', catchUp: 'once' }),
    );
    await schedules.pass('1 day');
    const database = failing(
      schedules.database,
      (statement) => calls('fire_schedule', 'second')(statement) && schedules.handled.length === 0,
      connectionLost,
    );
    await schedules.drain({ database });
    expect(schedules.handled.length).toBeGreaterThan(0);
  });
});

test('a database that stays away is waited for until the end, and not once for each part', async () => {
  const { remainingMs, run } = invocationClock(7_000);
  let isAway = false;
  const queues = await setup(() => {
    isAway = true;
  });
  const database = failing(queues.database, () => isAway, connectionLost);
  const drained = queues.drain({ database, remainingMs });
  drained.catch(() => {});
  await waitUntil(() => isAway);
  run();
  await expect(drained).rejects.toThrow('fetch failed');
  expect(remainingMs()).toBeGreaterThan(0);
  expect(queues.log.lines.filter(({ message }) => message === 'drained')).toHaveLength(1);
});
