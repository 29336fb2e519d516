import { describe, expect, test } from 'vitest';
import { pauseSchedule } from '#queue/operate/schedules.ts';
import { countStatements, intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import { daily, openSchedules, tickedAt } from '#test/support/queue/open-schedules.ts';
import { testedDriver } from '#test/support/tested-driver.ts';

const dayMs = 86_400_000;

describe('a schedule', () => {
  test('starts with the first due time after its first drain', async () => {
    const schedules = await openSchedules(daily());
    const { nextDueAt, lastDueAt } = await schedules.listed();
    const untilMs = Date.parse(nextDueAt ?? '') - Date.now();
    expect(untilMs).toBeGreaterThan(0);
    expect(untilMs).toBeLessThanOrEqual(dayMs);
    expect(lastDueAt).toBeNull();
    expect(await schedules.dueTimes()).toEqual([]);
  });

  test('is handled in the very drain that finds it due', async () => {
    const headers = { 'x-from': 'schedule' };
    const options = { groupKey: 'g', headers };
    const schedules = await openSchedules(daily({ catchUp: 'once', options }));
    const { nextDueAt } = await schedules.listed();
    await schedules.pass('1 day');
    expect(await schedules.drain()).toMatchObject({ claimed: 1, done: 1 });
    const dueAt = new Date(Date.parse(nextDueAt ?? '') - dayMs).toISOString();
    expect(schedules.handled).toMatchObject([
      {
        type: 'test.ticked',
        payload: { dueAt },
        headers: { ...headers, 'due-at': dueAt },
        groupKey: 'g',
      },
    ]);
    const after = await schedules.listed();
    expect(after.nextDueAt).toBe(nextDueAt);
    expect(new Date(after.lastDueAt ?? '').toISOString()).toBe(dueAt);
  });

  test('is enqueued once for each due time by twenty drains at once', async () => {
    const schedules = await openSchedules(daily({ catchUp: { all: 5 } }));
    await schedules.pass('24 days');
    await Promise.all(Array.from({ length: 20 }, () => schedules.drain()));
    const dueTimes = await schedules.dueTimes();
    expect(dueTimes).toHaveLength(5);
    expect(new Set(dueTimes).size).toBe(5);
    expect(schedules.handled).toHaveLength(5);
    expect(schedules.log.lines.filter(({ message }) => message === 'schedule fired')).toHaveLength(
      1,
    );
  });

  test('fires with others that are due at the same time', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const schedules = await openSchedules(...names.map((name) => daily({ name, catchUp: 'once' })));
    await schedules.pass('24 days');
    expect(await schedules.drain()).toMatchObject({ done: 4 });
    await schedules.drain();
    expect(await schedules.dueTimes()).toHaveLength(4);
  });

  test('keeps priority and takes a constant payload', async () => {
    const payload = tickedAt(new Date(0));
    const options = { priority: 2 };
    const schedules = await openSchedules(daily({ catchUp: 'once', payload, options }));
    await schedules.pass('24 days');
    await schedules.query(`update millrace.queue set is_paused = true`);
    await schedules.drain();
    const rows = await schedules.query('select priority from millrace.delivery');
    expect(rows).toEqual([{ priority: 2 }]);
    expect(await schedules.dueTimes()).toEqual([payload.dueAt]);
  });
});

describe('a lost answer', () => {
  test('of a firing neither loses nor doubles a message, and it is handled at once', async () => {
    const schedules = await openSchedules(daily({ catchUp: { all: 3 } }));
    await schedules.pass('24 days');
    const database = loseAnswers(schedules.database, 'fire_schedule', 3);
    expect(await schedules.drain({ database })).toMatchObject({ done: 3 });
    expect(new Set(await schedules.dueTimes()).size).toBe(3);
    expect(await schedules.dueTimes()).toHaveLength(3);
  });

  test('of a survey neither loses nor doubles a message', async () => {
    const schedules = await openSchedules(daily({ catchUp: { all: 3 } }));
    await schedules.pass('24 days');
    const database = loseAnswers(schedules.database, 'survey', 2);
    expect(await schedules.drain({ database })).toMatchObject({ done: 3 });
    expect(await schedules.dueTimes()).toHaveLength(3);
  });

  test('leaves the messages to others when a drain ends there', async () => {
    const schedules = await openSchedules(daily({ catchUp: { all: 3 } }));
    await schedules.pass('24 days');
    const database = loseAnswers(schedules.database, 'fire_schedule', Number.POSITIVE_INFINITY);
    await expect(schedules.drain({ database, remainingMs: () => 2_500 })).rejects.toThrow();
    expect(await schedules.drain()).toMatchObject({ done: 3 });
    expect(await schedules.dueTimes()).toHaveLength(3);
  });

  test('among many drains at once still is no second message', async () => {
    const schedules = await openSchedules(daily({ catchUp: { all: 3 } }));
    await schedules.pass('24 days');
    const drains = Array.from({ length: 10 }, (_, n) =>
      schedules.drain({ database: loseAnswers(schedules.database, 'fire_schedule', n % 3) }),
    );
    await Promise.all(drains);
    expect(await schedules.dueTimes()).toHaveLength(3);
    expect(schedules.handled).toHaveLength(3);
  });
});

describe('after 72 days of downtime', () => {
  test.each([
    ['skip', 0],
    ['once', 1],
    [{ all: 10 }, 10],
    [{ all: 1000 }, 72],
  ] as const)('%j makes up for %d of 72 due times', async (catchUp, count) => {
    const schedules = await openSchedules(daily({ catchUp }));
    const { nextDueAt } = await schedules.listed();
    await schedules.pass('72 days');
    await schedules.drain();
    const newest = Date.parse(nextDueAt ?? '') - dayMs;
    const expected = Array.from({ length: count }, (_, n) =>
      new Date(newest - (count - 1 - n) * dayMs).toISOString(),
    );
    expect(await schedules.dueTimes()).toEqual(expected);
    const handled = schedules.handled.map(({ headers }) => headers['due-at'] ?? '');
    // Enqueued oldest first. Without a group key, what different calls of a drain claim may be handled in any order.
    expect(handled.toSorted()).toEqual(expected);
    expect((await schedules.listed()).nextDueAt).toBe(nextDueAt);
    await schedules.drain();
    expect(await schedules.dueTimes()).toHaveLength(count);
  });

  test('a row moved by hand, to the microsecond, fires all the same', async () => {
    const schedules = await openSchedules(daily({ catchUp: 'once' }));
    await schedules.query(
      `update millrace.schedule set next_due_at = statement_timestamp() - interval '3 days 1.123457 seconds'`,
    );
    await schedules.drain();
    await schedules.drain();
    expect(await schedules.dueTimes()).toHaveLength(1);
  });
});

describe('a schedule that fails', () => {
  const failing = [
    [
      'throws',
      () => {
        throw new RangeError('no such week');
      },
      'RangeError',
      'no such week',
    ],
    ['does not fit', () => ({ dueAt: 'soon' }), 'PayloadMismatch', 'the payload does not fit'],
    [
      'is too large',
      () => ({ ...tickedAt(new Date()), more: 'x'.repeat(300_000) }),
      testedDriver === 'pg' ? 'error' : 'NeonDbError',
      'a payload must be at most 262144 bytes',
    ],
  ] as const;

  test.each(failing)(
    'because its payload %s stops nothing else and stays due',
    async (_, payload, error, reason) => {
      const bad = daily({ name: 'bad', catchUp: 'once', payload });
      const schedules = await openSchedules(bad, daily({ name: 'good', catchUp: 'once' }));
      await schedules.pass('24 days');
      expect(await schedules.drain()).toMatchObject({ done: 1 });
      const lines = schedules.log.lines.filter(({ level }) => level === 'error');
      expect(lines).toMatchObject([
        {
          message: 'schedule failed',
          attributes: { schedule: 'bad', error, reason: expect.stringContaining(reason) },
        },
      ]);
      await schedules.declare(daily({ name: 'bad', catchUp: 'once' }));
      expect(await schedules.drain()).toMatchObject({ done: 1 });
    },
  );
});

describe('calls', () => {
  test('are one for an idle drain, however many schedules there are', async () => {
    const many = Array.from({ length: 30 }, (_, n) => daily({ name: `s${n}` }));
    const schedules = await openSchedules(...many);
    const counted = countStatements(schedules.database);
    await schedules.drain({ database: counted });
    expect(counted.statements.map(({ text }) => text)).toEqual([
      'select millrace.survey($1, $2) as survey, millrace.schema_version() as version',
    ]);
  });

  test('are one for a drain whose only due schedule is paused', async () => {
    const schedules = await openSchedules(daily());
    await pauseSchedule(schedules.database, 'daily', 'ann');
    const counted = countStatements(schedules.database);
    await schedules.drain({ database: counted });
    expect(counted.statements).toHaveLength(1);
  });

  test('are two more for a due schedule: it fires, and the queues are surveyed again', async () => {
    const schedules = await openSchedules(daily({ catchUp: 'once' }));
    await schedules.pass('24 days');
    const counted = countStatements(schedules.database);
    await schedules.drain({ database: counted });
    const routines = counted.statements.map(({ text }) => /millrace\.(\w+)/.exec(text)?.[1]);
    expect(routines.slice(0, 3)).toEqual(['survey', 'fire_schedule', 'survey']);
  });

  test('are one more for a schedule that skips what it missed', async () => {
    const schedules = await openSchedules(daily({ catchUp: 'skip' }));
    await schedules.pass('24 days');
    const counted = countStatements(schedules.database);
    await schedules.drain({ database: counted });
    const routines = counted.statements.map(({ text }) => /millrace\.(\w+)/.exec(text)?.[1]);
    expect(routines).toEqual(['survey', 'fire_schedule']);
  });

  test('that carry the clock carry the database’s', async () => {
    const schedules = await openSchedules(daily({ catchUp: { all: 1000 } }));
    const later = new Date(Date.now() + 2 * dayMs).toISOString();
    await schedules.pass('1 day');
    const database = intercept(schedules.database, async ({ text }, run) => {
      const rows = (await run()) as { survey?: { now: string } }[];
      for (const { survey } of rows) if (text.includes('survey') && survey) survey.now = later;
      return rows as never;
    });
    await schedules.drain({ database });
    expect(await schedules.dueTimes()).toHaveLength(3);
  });
});
