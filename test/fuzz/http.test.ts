// Random requests of every documented operation, in a row on one database: none of them gives a 500, every answer is
// documented, what is refused stores nothing, and what is accepted is stored as it was sent. A failure prints the seed;
// MILLRACE_FUZZ_SEED repeats its run, and `npm run test:fuzz` makes a long one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemTitles } from '#functions/http/problem.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  type Answer,
  bearer,
  createApiDatabase,
  openApi,
  type TestApi,
} from '#test/support/functions/api.ts';
import { type ApiDocument, type FuzzedRequest, requests } from '#test/support/fuzz/requests.ts';

const { MILLRACE_FUZZ_REQUESTS = 2_000, MILLRACE_FUZZ_SEED = Date.now() % 2 ** 31 } = process.env;
const [numRuns, seed] = [Number(MILLRACE_FUZZ_REQUESTS), Number(MILLRACE_FUZZ_SEED)];

let stored: TestDatabase;
let api: TestApi;
/** Of messages that were accepted, for the operations on one message. */
const ids = ['01a1fda7-05ae-7b73-a689-5227316f1915'];
const answers = new Map<string, number>();

test(
  `${numRuns} random requests, from seed ${seed}`,
  async () => {
    stored = await createApiDatabase();
    api = openApi({ database: stored.database });
    const { body } = await api.call({ path: '/v1/openapi.json' });
    const document: ApiDocument = body;
    const known = {
      id: fc.nat().map((n) => ids[n % ids.length] ?? ''),
      name: fc.constantFrom('payments', 'inventory'),
      queue: fc.constantFrom('payments', 'inventory'),
      type: fc.constantFrom('order.placed', 'test.anything'),
    };
    await fc.assert(fc.asyncProperty(requests(document, known), holdsForRequest), {
      numRuns,
      seed,
    });
    const told = [...answers].sort().map(([status, times]) => `${status} × ${times}`);
    process.stdout.write(`seed ${seed}; answers: ${told.join(', ')}
`);
    // Neither all refused nor all accepted, or little was tried.
    expect(answers.get('202') ?? 0).toBeGreaterThan(numRuns / 100);
    expect(answers.get('422') ?? 0).toBeGreaterThan(numRuns / 100);
  },
  60_000 + numRuns * 100,
);

async function holdsForRequest(request: FuzzedRequest): Promise<void> {
  const { call, statuses, name } = request;
  const before = await counts();
  const cpu = process.cpuUsage();
  const answer = await api.call({ ...call, headers: { ...bearer(), ...call.headers } });
  const { user, system } = process.cpuUsage(cpu);
  // Of CPU, which a busy machine gives more slowly but not more of.
  expect((user + system) / 1_000_000, `${name}: seconds`).toBeLessThan(1);
  answers.set(String(answer.status), (answers.get(String(answer.status)) ?? 0) + 1);
  expect(statuses, `${name}: status`).toContain(String(answer.status));
  if (answer.status >= 400) await holdsForRefusal(answer, before);
  else if (/^POST .v1.messages(.batch)?$/.test(name))
    await holdsForStored(answer, String(call.body));
}

async function holdsForRefusal({ status, headers, body }: Answer, before: unknown): Promise<void> {
  expect(status).toBeLessThan(500);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(Object.keys(problemTitles).map((kind) => `urn:millrace:problem:${kind}`)).toContain(
    body.type,
  );
  expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  expect((body.errors ?? []).length).toBeLessThanOrEqual(100);
  expect(await counts()).toEqual(before);
}

/** Postgres compares what it was given with what was sent: it reads JSON by itself. */
async function holdsForStored({ body }: Answer, sent: string): Promise<void> {
  const messages: { id: string }[] = body.messages ?? [body];
  const differing = await stored.query(
    `select from unnest($1::uuid[]) with ordinality as i(id, n)
     left join millrace.message m on m.id = i.id
     cross join lateral (
       select coalesce($2::jsonb #> array['messages', (i.n - 1)::text], $2::jsonb) as message
     ) as s
     where m.payload::jsonb is distinct from coalesce(s.message -> 'payload', 'null')
       or m.type is distinct from s.message ->> 'type'
       or not coalesce(m.headers, '{}') @> coalesce(s.message -> 'headers', '{}')`,
    [messages.map(({ id }) => id), sent],
  );
  expect(differing).toEqual([]);
  const [first] = messages;
  if (!first) return;
  ids.push(first.id);
  const { status } = await api.call({ path: `/v1/messages/${first.id}`, headers: bearer() });
  expect(status).toBe(200);
}

async function counts(): Promise<unknown> {
  const [row] = await stored.query(
    `select (select count(*) from millrace.message) as messages,
       (select count(*) from millrace.delivery) as deliveries,
       (select count(*) from millrace.idempotency_key) as keys,
       (select count(*) from millrace.audit) as actions`,
  );
  return row;
}
