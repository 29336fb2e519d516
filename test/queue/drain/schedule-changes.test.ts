import { describe, expect, test } from 'vitest';
import { listSchedules, pauseSchedule, resumeSchedule } from '#queue/operate/schedules.ts';
import { UnknownSchedule } from '#queue/unknown-names.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import { daily, openSchedules, tickedAt } from '#test/support/queue/open-schedules.ts';

const eager = { catchUp: { all: 1000 } } as const;

describe('an operator', () => {
  test('lists schedules as the code declares them', async () => {
    const nine = { name: 'nine', cron: '0 9 * * *', timeZone: 'Europe/Berlin' } as const;
    const often = { name: 'often', cron: undefined, everySeconds: 31_536_000 } as never;
    const schedules = await openSchedules(daily({ ...nine, ...eager }), daily(often));
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
    expect(await listSchedules(schedules.database)).toEqual([
      {
        name: 'nine',
        type: 'test.ticked',
        rule: '0 9 * * *',
        timeZone: 'Europe/Berlin',
        catchUp: { all: 1000 },
        paused: false,
        nextDueAt: instant,
        lastDueAt: null,
        upcoming: [],
      },
      {
        name: 'often',
        type: 'test.ticked',
        rule: 'every 31536000 s',
        timeZone: null,
        catchUp: 'skip',
        paused: false,
        nextDueAt: instant,
        lastDueAt: null,
        upcoming: [],
      },
    ]);
  });

  test('pauses a schedule: nothing is enqueued, nor caught up afterwards', async () => {
    const schedules = await openSchedules(daily(eager));
    const { nextDueAt } = await schedules.listed();
    await pauseSchedule(schedules.database, 'daily', 'ann');
    expect(await schedules.listed()).toMatchObject({ paused: true, nextDueAt: null });
    await schedules.pass('72 days');
    await schedules.drain();
    await resumeSchedule(schedules.database, 'daily', 'bob');
    await schedules.drain();
    expect(await schedules.listed()).toMatchObject({ paused: false, nextDueAt });
    expect(await schedules.dueTimes()).toEqual([]);
    await schedules.pass('1 day');
    await schedules.drain();
    expect(await schedules.dueTimes()).toHaveLength(1);
  });

  test('does no harm by pausing or resuming twice', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('1 day');
    await resumeSchedule(schedules.database, 'daily', 'ann');
    await schedules.drain();
    expect(await schedules.dueTimes()).toHaveLength(1);
    await pauseSchedule(schedules.database, 'daily', 'ann');
    await pauseSchedule(schedules.database, 'daily', 'ann');
    expect(await schedules.listed()).toMatchObject({ paused: true });
  });

  test('is told of a schedule that there is not', async () => {
    const schedules = await openSchedules(daily());
    const unknown = new UnknownSchedule('nightly');
    await expect(pauseSchedule(schedules.database, 'nightly', 'ann')).rejects.toEqual(unknown);
    await expect(resumeSchedule(schedules.database, 'nightly', 'ann')).rejects.toEqual(unknown);
  });

  test('pauses a schedule under a drain that has seen it due', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('24 days');
    const database = intercept(schedules.database, async ({ text }, run) => {
      if (text.includes('fire_schedule')) await pauseSchedule(schedules.database, 'daily', 'ann');
      return run();
    });
    await schedules.drain({ database });
    expect(await schedules.dueTimes()).toEqual([]);
  });
});

describe('a release', () => {
  test('that changes nothing loses no due time', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('3 days');
    await schedules.declare(daily(eager));
    await schedules.drain();
    expect(await schedules.dueTimes()).toHaveLength(3);
  });

  test.each([
    ['cron', { cron: '59 23 31 12 *' }],
    ['time zone', { timeZone: 'Asia/Kathmandu' }],
  ])('with another %s starts from now', async (_, change) => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('72 days');
    await schedules.declare(daily({ ...eager, ...change }));
    expect(await schedules.listed()).toMatchObject({ nextDueAt: null });
    await schedules.drain();
    const { nextDueAt } = await schedules.listed();
    expect(Date.parse(nextDueAt ?? '')).toBeGreaterThan(Date.now());
    expect(await schedules.dueTimes()).toEqual([]);
  });

  test('with another policy or payload goes on where it was', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('72 days');
    const payload = () => tickedAt(new Date(0));
    await schedules.declare(daily({ ...eager, catchUp: { all: 2 }, payload }));
    expect(await schedules.listed()).toMatchObject({ catchUp: { all: 2 } });
    await schedules.drain();
    expect(await schedules.dueTimes()).toEqual(Array(2).fill('1970-01-01T00:00:00.000Z'));
  });

  test('without a schedule ends it, and it starts anew when it comes back', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.declare();
    expect(await listSchedules(schedules.database)).toEqual([]);
    await schedules.pass('72 days');
    await schedules.drain();
    const pausing = pauseSchedule(schedules.database, 'daily', 'ann');
    await expect(pausing).rejects.toEqual(new UnknownSchedule('daily'));
    await schedules.declare(daily(eager));
    await schedules.drain();
    expect(await schedules.dueTimes()).toEqual([]);
  });

  test('that removes a paused schedule and brings it back leaves it paused', async () => {
    const schedules = await openSchedules(daily(eager));
    await pauseSchedule(schedules.database, 'daily', 'ann');
    await schedules.declare();
    await schedules.declare(daily(eager));
    expect(await schedules.listed()).toMatchObject({ paused: true });
  });

  test('is not mistaken for the one before it by drains that still run', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('24 days');
    const before = await schedules.declare(daily(eager));
    await schedules.declare(daily({ ...eager, cron: '0 0 1 1 *' }));
    await schedules.drain({ registry: before });
    expect(await schedules.listed()).toMatchObject({ nextDueAt: null });
    expect(await schedules.dueTimes()).toEqual([]);
  });

  test('under a drain that has seen a schedule due keeps it from firing', async () => {
    const schedules = await openSchedules(daily(eager));
    await schedules.pass('24 days');
    const changed = daily({ ...eager, cron: '0 0 1 1 *' });
    const database = intercept(schedules.database, async ({ text }, run) => {
      if (text.includes('fire_schedule')) await schedules.declare(changed);
      return run();
    });
    await schedules.drain({ database });
    expect(await schedules.listed()).toMatchObject({ nextDueAt: null });
    expect(await schedules.dueTimes()).toEqual([]);
  });
});
