// Instants come in at many doors: as options of an enqueue, in filters and in cursors; over HTTP, in SQL and from
// handlers. The same texts pass all of them.
import { beforeAll, describe, expect, test } from 'vitest';
import { isInstant } from '#queue/declare/instant.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';

const type = 'order.placed';
const payload = { orderId: 'A-1' };

let store: Bookstore;
let operator: Operator;
beforeAll(async () => {
  store = await openBookstore();
  operator = new Operator(store.query);
});

/** How a door answers: 'taken', or that the input was at fault. */
type Door = (text: unknown) => Promise<string>;

const inSql = async (call: Promise<unknown>) => {
  const { code } = await refusalOf(call);
  return code === 'none' ? 'taken' : code;
};
const overHttp = async (path: string, call: object) => {
  const { status } = await store.call(path, call);
  return status < 300 ? 'taken' : String(status);
};
const cursorAt = (diedAt: unknown) => ({
  diedAt,
  messageId: '01920000-0000-7000-8000-000000000001',
  queueId: 1,
});
const queryOf = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();

const doors: Record<string, { readonly refusal: string; readonly door: Door }> = {
  'enqueue in SQL': {
    refusal: 'MR002',
    door: (scheduledAt) =>
      inSql(store.query('select millrace.enqueue($1, $2, $3)', [type, payload, { scheduledAt }])),
  },
  'enqueue_many in SQL': {
    refusal: 'MR002',
    door: (scheduledAt) =>
      inSql(
        store.query('select millrace.enqueue_many($1)', [
          JSON.stringify([
            { type, payload },
            { type, payload, scheduledAt },
          ]),
        ]),
      ),
  },
  'a keyed enqueue in SQL': {
    refusal: 'MR002',
    door: (scheduledAt) =>
      inSql(
        store.query('select millrace.enqueue($1, $2, $3)', [
          type,
          payload,
          { scheduledAt, idempotencyKey: 'always the same' },
        ]),
      ),
  },
  'a message over HTTP': {
    refusal: '422',
    door: (scheduledAt) => overHttp('/v1/messages', { body: { type, payload, scheduledAt } }),
  },
  'a batch over HTTP': {
    refusal: '422',
    door: (scheduledAt) =>
      overHttp('/v1/messages/batch', { body: { messages: [{ type, payload, scheduledAt }] } }),
  },
  'a filter in SQL': {
    refusal: 'MR002',
    door: (before) => inSql(operator.deadLetters({ before })),
  },
  'a redrive in SQL': {
    refusal: 'MR002',
    door: (after) => inSql(operator.redrive({ after, queue: 'nowhere' })),
  },
  'a discard in SQL': {
    refusal: 'MR002',
    door: (before) => inSql(operator.discard({ before, queue: 'nowhere' })),
  },
  'a cursor in SQL': {
    refusal: 'MR002',
    door: (diedAt) => inSql(operator.deadLetters({}, cursorAt(diedAt))),
  },
  'a filter over HTTP': {
    refusal: '400',
    door: (after) => overHttp('/v1/dead-letters', { query: queryOf({ after: String(after) }) }),
  },
  'a redrive over HTTP': {
    refusal: '422',
    door: (before) =>
      overHttp('/v1/dead-letters/redrive', { body: { filter: { before, queue: 'nowhere' } } }),
  },
  'a cursor over HTTP': {
    refusal: '400',
    door: (diedAt) => {
      const cursor = Buffer.from(JSON.stringify(cursorAt(diedAt))).toString('base64url');
      return overHttp('/v1/dead-letters', { query: queryOf({ cursor }) });
    },
  },
  'a handler': {
    refusal: 'TypeError',
    door: async (text) => (isInstant(String(text)) ? 'taken' : 'TypeError'),
  },
};

const taken = [
  ...['2020-03-01T08:30Z', '2020-03-01T08:30:00Z', '2020-02-29T23:59:59.999999999Z'],
  ...['2020-03-01T08:30:00+01:00', '2020-03-01T00:00:00-12:00', '2020-03-01T08:30:00+14:00'],
  ...['2020-03-01T08:30:00+05:45', '2020-03-01T08:30:00.1-00:00', '0001-01-01T00:00:00Z'],
];

const refused = [
  ...['tomorrow', 'now', 'today', 'epoch', 'infinity', '-infinity', 'soon', '', ' ', 'allballs'],
  ...[
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00Z',
    '20260101T000000Z',
  ],
  ...[
    '2026-01-01t00:00:00Z',
    '2026-01-01T00:00:00z',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
  ],
  ...[
    '2026-06-30T23:59:60Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
  ],
  ...['2026-01-01T00:00:00+15:00', '2026-01-01T00:00:00+0100', '2026-01-01T00:00:00+01'],
  ...['2026-01-01T00:00:00+01:60', '2026-01-01T00:00:00,5Z', '2026-01-01T00:00:00.Z'],
  ...['2026-01-01T00:00:00.1234567890Z', '10000-01-01T00:00:00Z', '+2026-01-01T00:00:00Z'],
  ...['-0044-03-15T00:00:00Z', '0000-01-01T00:00:00Z', '0044-03-15T00:00:00Z BC'],
  ...[
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
  ],
  ...['2026-01-00T00:00:00Z', '2026-W01-1T00:00:00Z', '2026-001T00:00:00Z', '1767225600'],
  ...[
    '2026-01-01T00:00:00Europe/Berlin',
    '2026-01-01T00:00:00Z[Europe/Berlin]',
    '2026-01-01T00:00:00 CET',
  ],
  ...[
    '٢٠٢٦-01-01T00:00:00Z',
    '２０２６-01-01T00:00:00Z',
    '2026‑01‑01T00:00:00Z',
    'Jan 1 2026 00:00Z',
  ],
];

describe.each(Object.entries(doors))('%s', (_, { door, refusal }) => {
  const answers = async (texts: readonly string[]) => {
    const found: [string, string][] = [];
    for (const text of texts) found.push([text, await door(text)]);
    return found;
  };

  test('takes instants in the one form that there is', async () => {
    expect(await answers(taken)).toEqual(taken.map((text) => [text, 'taken']));
  });

  test('refuses everything else', async () => {
    expect(await answers(refused)).toEqual(refused.map((text) => [text, refusal]));
  });
});

test('an instant too far ahead to be meant is refused as a time for a message', async () => {
  const ahead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const name of ['enqueue in SQL', 'enqueue_many in SQL', 'a message over HTTP']) {
    const { door, refusal } = doors[name] ?? expect.fail(`no door ${name}`);
    expect([name, await door(ahead(365))]).toEqual([name, 'taken']);
    expect([name, await door(ahead(367))]).toEqual([name, refusal]);
    expect([name, await door('9999-12-31T23:59:59Z')]).toEqual([name, refusal]);
  }
});

test('a filter that is misspelt fits nothing, least of all everything', async () => {
  for (const filter of [{ befor: '2026-01-01T00:00:00Z' }, { Queue: 'payments' }, [], 7, null]) {
    const json = JSON.stringify(filter);
    for (const routine of ['dead_letters', 'redrive', 'discard'])
      expect(await refusalOf(store.query(`select millrace.${routine}($1)`, [json]))).toMatchObject({
        code: 'MR002',
      });
  }
});
