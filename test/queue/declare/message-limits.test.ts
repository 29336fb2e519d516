// Every limit of a message at both doors, HTTP and SQL, and at the third one that declares messages, the schedules. A
// message with the value at the limit goes before one with the value beyond it in the same batch, so that a refusal
// must name the second: SQL checks twice, and a copy that is stricter than the other would name the first, one that is
// looser would name none.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Fault } from '#functions/http/fault.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import {
  firstPriority,
  lastPriority,
  mostDelaySeconds,
  mostHeaderBytes,
  mostIdempotencySeconds,
  mostKeyCharacters,
  mostPayloadBytes,
  mostVersion,
} from '#queue/declare/message-limits.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { defineSchedule, type ScheduleOptions } from '#queue/declare/schedule.ts';
import { retryAfter, snooze } from '#queue/declare/ways-out.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { type Enqueued, enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { bearer, openApi, putApiKey, secret, type TestApi } from '#test/support/functions/api.ts';

type Given = { readonly [Option in keyof EnqueueOptions]?: unknown } & {
  readonly payload?: unknown;
};

interface Limit {
  readonly pointer: string;
  readonly fits: readonly Given[];
  readonly beyond: readonly Given[];
  readonly code?: 'payload_too_large';
}

const type = defineMessageType({
  name: 'test.anything',
  payload: z.unknown(),
  version: mostVersion,
  upcasters: Object.fromEntries(
    Array.from({ length: mostVersion - 1 }, (_, before) => [before + 1, (older: unknown) => older]),
  ),
});

const hoursAhead = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const yearHours = 366 * 24;

const trace = (text: string) => ({ traceparent: text });
const traceId = 'a'.repeat(32);

/** A text of one code point and two UTF-16 units. */
const wide = '\u{1f4da}';

const keyLimit = (option: 'groupKey' | 'idempotencyKey', more: Given = {}): Limit => ({
  pointer: `/${option}`,
  fits: ['x', wide.repeat(mostKeyCharacters)].map((key) => ({ ...more, [option]: key })),
  beyond: ['', 'x'.repeat(mostKeyCharacters + 1), wide.repeat(mostKeyCharacters + 1), 7].map(
    (key) => ({ ...more, [option]: key }),
  ),
});

const named = (name: string, value: string) => ({ headers: { [name]: value } });
const many = (count: number, value = '') =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n + 10}`, value]));
/** Headers that take this many bytes as Postgres writes them, with 17 spaces that JSON.stringify leaves out. */
function filled(bytes: number): Given {
  const headers = { ...many(8, 'x'.repeat(900)), last: '' };
  const left = bytes - JSON.stringify(headers).length - 17;
  return { headers: { ...headers, last: 'x'.repeat(left) } };
}

const atBothDoors: readonly Limit[] = [
  {
    pointer: '/delaySeconds',
    fits: [0, 0.5, mostDelaySeconds].map((delaySeconds) => ({ delaySeconds })),
    beyond: [-0.5, mostDelaySeconds + 1, '1'].map((delaySeconds) => ({ delaySeconds })),
  },
  {
    pointer: '/scheduledAt',
    fits: ['0001-01-01T00:00:00Z', hoursAhead(yearHours - 1)].map((scheduledAt) => ({
      scheduledAt,
    })),
    beyond: [hoursAhead(yearHours + 1), '2026-02-30T00:00:00Z', 'infinity', 7].map(
      (scheduledAt) => ({ scheduledAt }),
    ),
  },
  {
    pointer: '/priority',
    fits: [firstPriority, lastPriority].map((priority) => ({ priority })),
    beyond: [firstPriority - 1, lastPriority + 1, 1.5, '5'].map((priority) => ({ priority })),
  },
  {
    pointer: '/version',
    fits: [1, mostVersion].map((version) => ({ version })),
    beyond: [0, mostVersion + 1, 1.5, '1'].map((version) => ({ version })),
  },
  keyLimit('groupKey'),
  keyLimit('idempotencyKey'),
  {
    pointer: '/idempotencySeconds',
    fits: [1, mostIdempotencySeconds].map((idempotencySeconds) => ({
      idempotencyKey: `a-${idempotencySeconds}`,
      idempotencySeconds,
    })),
    beyond: [0.5, mostIdempotencySeconds + 1, '1'].map((idempotencySeconds) => ({
      idempotencyKey: 'b',
      idempotencySeconds,
    })),
  },
  {
    pointer: '/replace',
    fits: [true, false].map((replace) => ({ idempotencyKey: `c-${replace}`, replace })),
    beyond: [{ idempotencyKey: 'd', replace: 'true' }],
  },
  {
    pointer: '/traceparent',
    fits: [trace(`00-${traceId}-${'b'.repeat(16)}-00`)],
    beyond: [
      trace(`00-${traceId}-${'b'.repeat(15)}-00`),
      trace(`ff-${traceId}-${'b'.repeat(16)}-00`),
      trace(`00-${'0'.repeat(32)}-${'b'.repeat(16)}-00`),
      trace(`00-${traceId}-${'0'.repeat(16)}-00`),
    ],
  },
  { pointer: '/headers', fits: [{ headers: {} }], beyond: [{ headers: 'x' }, { headers: ['x'] }] },
  {
    pointer: '/headers',
    fits: [filled(mostHeaderBytes)],
    beyond: [filled(mostHeaderBytes + 1)],
  },
  {
    // A line break takes two bytes, a number as many as it has digits, and Postgres writes ", " between elements.
    pointer: '/payload',
    fits: [
      { payload: 'x'.repeat(mostPayloadBytes - 2) },
      { payload: '\n'.repeat(mostPayloadBytes / 2 - 1) },
      { payload: Array(mostPayloadBytes / 4 - 1).fill(10) },
      { payload: Array(mostPayloadBytes / 512).fill(1e307) },
    ],
    beyond: [
      { payload: 'x'.repeat(mostPayloadBytes - 1) },
      { payload: `${'\n'.repeat(mostPayloadBytes / 2 - 1)}x` },
      { payload: Array(mostPayloadBytes / 4 + 1).fill(10) },
      { payload: Array(mostPayloadBytes / 256).fill(1e307) },
    ],
    code: 'payload_too_large',
  },
];

/** What strangers may send is smaller than what SQL takes of the application itself. */
const overHttpAlone: readonly Limit[] = [
  { pointer: '/headers', fits: [{ headers: many(20) }], beyond: [{ headers: many(21) }] },
  {
    pointer: `/headers/${'x'.repeat(65)}`,
    fits: [named('x'.repeat(64), '')],
    beyond: [named('x'.repeat(65), '')],
  },
  { pointer: '/headers/X', fits: [named('x', '')], beyond: [named('X', '')] },
  {
    pointer: '/headers/x',
    fits: [named('x', wide.repeat(1_000))],
    beyond: [named('x', 'x'.repeat(1_001))],
  },
];

const cases = (limits: readonly Limit[]) =>
  limits.flatMap(({ pointer, fits, beyond, code = undefined }) =>
    beyond.map((given) => ({
      pointer,
      fits,
      given,
      code,
      shown: JSON.stringify(given).slice(0, 60),
    })),
  );

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createDatabase();
  const registry = defineRegistry({ queues: [], messageTypes: [type] });
  await syncRegistry(stored.database, registry);
  await putApiKey(stored, 'shop', secret, ['enqueue:*']);
  api = openApi({ database: stored.database, registry });
});

// Keys that stand for messages already would send all of a batch through the careful check, whatever the fast one says.
beforeEach(() => stored.query('truncate millrace.idempotency_key'));

const post = (given: readonly Given[]) => {
  const messages = given.map((options) => ({ type: type.name, payload: null, ...options }));
  return api.call({ path: '/v1/messages/batch', body: { messages }, headers: bearer() });
};

/** Through JSON, since what is beyond a limit is no message to TypeScript. */
const enqueue = (given: readonly Given[]): Promise<Enqueued[]> =>
  enqueueMessages(
    stored.database,
    JSON.parse(JSON.stringify(given)).map((options: EnqueueOptions) => ({
      id: uuidV7(),
      type: type.name,
      payload: null,
      ...options,
    })),
  );

describe('SQL', () => {
  test.each(cases(atBothDoors))(
    'refuses at $pointer: $shown',
    async ({ pointer, fits, given, code }) => {
      const refused = await enqueue([...fits, given]).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(EnqueueRefused);
      expect(refused).toMatchObject({ code: code ?? 'bad_option', index: fits.length, pointer });
      expect(await enqueue(fits)).toHaveLength(fits.length);
    },
  );
});

describe('HTTP', () => {
  const all = cases([...atBothDoors, ...overHttpAlone]);
  test.each(all)('refuses at $pointer: $shown', async ({ pointer, fits, given, code }) => {
    const refused = await post([...fits, given]);
    expect(refused.status).toBe(code === undefined ? 422 : 413);
    const faults = new Set(
      refused.body.errors.map((fault: Fault) => `${fault.code} at ${fault.pointer}`),
    );
    const at = `/messages/${fits.length}${pointer}`;
    expect([...faults]).toEqual([`${code ?? 'invalid_field'} at ${at}`]);
    expect((await post(fits)).status).toBe(202);
  });
});

describe('a schedule', () => {
  const declare = (options: ScheduleOptions) =>
    defineSchedule({ name: 'a', cron: '@daily', type, payload: null, options });
  const options = (limit: Limit) => ['/priority', '/groupKey'].includes(limit.pointer);
  test.each(cases(atBothDoors.filter(options)))(
    'refuses $pointer: $shown',
    ({ pointer, fits, given }) => {
      for (const fit of fits) expect(() => declare(fit as ScheduleOptions)).not.toThrow();
      expect(() => declare(given as ScheduleOptions)).toThrow(
        new RegExp(`^Schedule "a": ${pointer.slice(1)} is`),
      );
    },
  );
});

describe('a way out that waits', () => {
  test.each([
    ['snooze', snooze],
    ['retryAfter', (seconds: number) => retryAfter(seconds, 'later')],
  ])('%s takes a year at most', (name, wait) => {
    for (const seconds of [0, mostDelaySeconds]) expect(() => wait(seconds)).not.toThrow(TypeError);
    for (const seconds of [-0.5, mostDelaySeconds + 1, Number.NaN])
      expect(() => wait(seconds)).toThrow(
        new TypeError(`${name} takes 0 to 31536000 seconds; got ${seconds}`),
      );
  });
});

describe('a message type', () => {
  test('has no version beyond the greatest', () => {
    const upcasters = { ...type.upcasters, [mostVersion]: (older: unknown) => older };
    expect(() => defineMessageType({ ...type, version: mostVersion + 1, upcasters })).toThrow(
      'version is a whole number from 1 to 32767',
    );
  });
});
