// What a message type redacts is in no answer, whoever asks: every route that reads is tried, as one who may read and as one
// who may operate. Only the second is shown stacks, redacted as all of an error is.
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { defineSchedule } from '#queue/declare/schedule.ts';
import { drain } from '#queue/drain/drain.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase } from '#test/support/database.ts';
import { bearer, keyOf, openApi, putApiKey, type TestApi } from '#test/support/functions/api.ts';

const routes = await describedRoutes();

const order = {
  email: 'nobody-else@example.com',
  cards: [{ number: '4111222233334444' }],
  note: 'shown',
};
const secrets = [order.email, '4111222233334444'];
const reads = bearer(keyOf('reads'));
const operates = bearer(keyOf('operates'));

const form = z.object({
  email: z.string(),
  cards: z.array(z.object({ number: z.string() })),
  note: z.string(),
});
const redact = ['email', 'cards.*.number'];
const placed = defineMessageType({ name: 'order.placed', payload: form, redact });
const captured = defineMessageType({ name: 'payment.captured', payload: form, redact });
const payments = defineQueue({
  name: 'payments',
  subscriptions: [
    on(placed, ({ payload }, { enqueue }) => {
      enqueue(captured, payload);
    }),
  ],
});
const shipping = defineQueue({
  name: 'shipping',
  policy: { maxAttempts: 1 },
  subscriptions: [
    on(captured, ({ payload: { email, cards } }) => {
      const parts = cards.map(({ number }) => new Error(`no card ${number}`));
      throw new Error(`no account of ${email}`, { cause: new AggregateError(parts, email) });
    }),
  ],
});
const daily = defineSchedule({
  ...{ name: 'daily', type: placed, payload: order, cron: '0 8 * * *', timeZone: 'UTC' },
});

let api: TestApi;
let ids: readonly string[];
beforeAll(async () => {
  const stored = await createDatabase();
  const { database } = stored;
  const registry = defineRegistry({ queues: [payments, shipping], schedules: [daily] });
  await syncRegistry(database, registry);
  await putApiKey(stored, 'reader', keyOf('reads'), ['enqueue:*', 'read']);
  await putApiKey(stored, 'operator', keyOf('operates'), ['read', 'operate']);
  api = openApi({ database, registry });
  const body = { type: placed.name, payload: order, groupKey: 'g' };
  for (let n = 0; n < 3; n += 1) await api.call({ path: '/v1/messages', body, headers: reads });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  await drain({ database, registry, log, remainingMs: () => 60_000 });
  const rows = await stored.query<{ id: string }>('select id from millrace.message order by id');
  ids = rows.map(({ id }) => id);
});

const readRoutes = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);

/** The texts of a route's answers, for each message, queue and schedule that its path may name. */
async function answersOf(path: string, headers: Record<string, string>): Promise<string> {
  const names = path.includes('schedules') ? ['daily'] : ['payments', 'shipping'];
  const targets = path.includes('{id}') ? ids : names;
  const paths = new Set(targets.map((target) => path.replace(/\{\w+\}/, target)));
  const answers = await Promise.all([...paths].map((each) => api.call({ path: each, headers })));
  return answers.map(({ text }) => text).join('\n');
}

test.each(readRoutes)('%s shows no redacted value', async (path) => {
  for (const headers of [reads, operates]) {
    const text = await answersOf(path, headers);
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
});

const withErrors = ['/v1/messages/{id}', '/v1/dead-letters', '/v1/dead-letters/groups'];

test.each(withErrors)('%s shows redacted errors, and their stacks to operators', async (path) => {
  const shown = await answersOf(path, operates);
  expect(shown).toContain('no account of [redacted]');
  expect(shown).toContain('no card [redacted]');
  expect(shown).toMatch(/"stack":"Error: no account of \[redacted\]\\n +at /);
  const read = await answersOf(path, reads);
  expect(read).toContain('no account of [redacted]');
  expect(read).not.toMatch(/stack|\\n +at /);
});

test.each(readRoutes.filter((path) => !withErrors.includes(path)))(
  '%s shows nobody a stack',
  async (path) => {
    // The document describes the errors' form.
    if (path === '/v1/openapi.json') return;
    expect(await answersOf(path, operates)).not.toMatch(/"stack"|\\n +at /);
  },
);
