import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineSchedule, type Timing } from '#queue/declare/schedule.ts';

const ticked = defineMessageType({ name: 'test.ticked', payload: z.object({ n: z.int() }) });
const basics = { name: 'a', type: ticked, payload: { n: 1 } };

/** What TypeScript would refuse: definitions also come from code that is not checked. */
const define = (changes: object) => defineSchedule({ ...basics, everySeconds: 60, ...changes });
const defineCron = (cron: unknown, timeZone?: unknown) =>
  define({ everySeconds: undefined, cron, ...(timeZone !== undefined && { timeZone }) });

describe('a schedule', () => {
  test('runs on UTC, catches up once and has no options unless told otherwise', () => {
    const schedule = defineSchedule({ ...basics, cron: '0 9 * * MON' });
    expect(schedule).toMatchObject({ name: 'a', type: ticked, catchUp: 'once', options: {} });
    expect(schedule.rule).toMatchObject({ text: '0 9 * * MON', timeZone: 'UTC' });
    expect(schedule.payloadFor(new Date(0))).toEqual({ n: 1 });
  });

  test('makes its payload from the due time', () => {
    const schedule = define({ payload: (dueAt: Date) => ({ n: dueAt.getTime() }) });
    expect(schedule.payloadFor(new Date(7))).toEqual({ n: 7 });
  });

  test.each(['', 'Schedule', '2nd', '-a', 'a schedule', 'a.b', 'a\n', 'x'.repeat(61)])(
    'may not be named %j',
    (name) => {
      expect(() => define({ name })).toThrow(TypeError);
      expect(() => define({ name })).toThrow(`got "${name}"`);
    },
  );

  test.each([
    ['0 25 * * *', 'cannot be read: hour is 0 to 23'],
    ['60 * * * *', 'cannot be read: minute is 0 to 59'],
    ['0 9 * * MOX', 'cannot be read'],
    ['0 9 * *', 'cannot be read'],
    ['', 'cannot be read'],
    ['/5 * * * *', 'cannot be read'],
    ['@reboot', 'cannot be read'],
    ['@sometimes', 'cannot be read'],
    ['0 0 9 * * MON 2027', 'cannot be read'],
    ['0 0 30 2 *', 'names a day that no year has'],
    ['2027-01-01T00:00:00Z', 'cannot be read'],
    [7, 'is an expression'],
    [null, 'is an expression'],
  ])('refuses cron %j and says why', (cron, reason) => {
    expect(() => defineCron(cron)).toThrow(TypeError);
    expect(() => defineCron(cron)).toThrow(/^Schedule "a": cron /);
    expect(() => defineCron(cron)).toThrow(reason);
  });

  test.each([
    '0 9 * * MON',
    '30 0 9 * * 1-5',
    '@daily',
    '0 0 29 2 *',
    '0 0 L * *',
    '0 9 1 * +MON',
    '0 9 15W * *',
  ])('takes cron %j', (cron) => {
    expect(defineCron(cron).rule.text).toBe(cron);
  });

  test.each(['Europe/Berlin', 'America/New_York', 'UTC', 'Etc/UTC', 'US/Eastern', 'Asia/Kolkata'])(
    'takes time zone %s',
    (timeZone) => {
      expect(defineCron('0 9 * * *', timeZone).rule.timeZone).toBe(timeZone);
    },
  );

  test.each(['Europe/Berlina', 'Berlin', '+02:00', '', 7, null])(
    'refuses time zone %j',
    (timeZone) => {
      expect(() => defineCron('0 9 * * *', timeZone)).toThrow(TypeError);
      expect(() => defineCron('0 9 * * *', timeZone)).toThrow(
        `Schedule "a": timeZone is an IANA name such as "Europe/Berlin"; got "${timeZone}"`,
      );
    },
  );

  test.each([0, -1, 1.5, 31_536_001, Number.NaN, Number.POSITIVE_INFINITY, '60', null])(
    'refuses an interval of %j',
    (everySeconds) => {
      expect(() => define({ everySeconds })).toThrow(
        new TypeError(
          `Schedule "a": everySeconds is a whole number from 1 to 31536000; got ${everySeconds}`,
        ),
      );
    },
  );

  test.each([1, 31_536_000])('takes an interval of %d', (everySeconds) => {
    const { text, timeZone } = define({ everySeconds }).rule;
    expect({ text, timeZone }).toEqual({ text: `every ${everySeconds} s`, timeZone: null });
  });

  test('has a cron expression or an interval', () => {
    const refusal = new TypeError('Schedule "a": give either cron or everySeconds');
    expect(() => define({ cron: '0 9 * * *' })).toThrow(refusal);
    expect(() => define({ everySeconds: undefined })).toThrow(refusal);
    expect(() => define({ timeZone: 'UTC' })).toThrow('Schedule "a": an interval has no timeZone');
  });

  test.each(['never', 7, {}, { all: 0 }, { all: 1001 }, { all: 1.5 }, { all: '7' }, null])(
    'refuses to catch up %j',
    (catchUp) => {
      expect(() => define({ catchUp })).toThrow(
        new TypeError(
          `Schedule "a": catchUp is 'skip', 'once' or { all: 1 to 1000 }; got ${JSON.stringify(catchUp)}`,
        ),
      );
    },
  );

  test.each([
    [{ priority: 0 }, 'priority is'],
    [{ priority: 5.5 }, 'priority is'],
    [{ groupKey: '' }, 'groupKey is'],
    [{ groupKey: 'x'.repeat(201) }, 'groupKey is'],
    [{ headers: { a: 1 } }, 'header "a" is'],
    [{ headers: { 'due-at': 'x' } }, 'the header "due-at" is set by the schedule'],
  ])('refuses options %j', (options, reason) => {
    expect(() => define({ options })).toThrow(TypeError);
    expect(() => define({ options })).toThrow(`Schedule "a": ${reason}`);
  });

  test('refuses a constant payload that does not fit', () => {
    expect(() => define({ payload: { n: 'one' } })).toThrow(
      /^Schedule "a": the payload does not fit the schema of "test.ticked": \/n: /,
    );
  });

  test("takes its type's payload, and one kind of timing, says the compiler", () => {
    const check = () => {
      defineSchedule({ ...basics, everySeconds: 60, payload: (at) => ({ n: at.getTime() }) });
      // @ts-expect-error not the type's payload
      defineSchedule({ ...basics, everySeconds: 60, payload: { n: '1' } });
      // @ts-expect-error not the type's payload
      defineSchedule({ ...basics, everySeconds: 60, payload: () => ({ m: 1 }) });
      // @ts-expect-error no timing
      defineSchedule(basics);
      // @ts-expect-error two timings
      defineSchedule({ ...basics, everySeconds: 60, cron: '0 9 * * *' });
      // @ts-expect-error an interval knows no time zone
      defineSchedule({ ...basics, everySeconds: 60, timeZone: 'UTC' });
      // @ts-expect-error a schedule decides when
      defineSchedule({ ...basics, everySeconds: 60, options: { delaySeconds: 5 } });
    };
    expectTypeOf(check).toBeFunction();
    expectTypeOf<{ cron: string; timeZone: string }>().toExtend<Timing>();
  });
});
