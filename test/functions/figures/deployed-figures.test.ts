// The figures of the deployed functions: lines of their logs, as CloudWatch reads them.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import { DATABASE_URL, DEPLOYMENT_NAME, METRICS } from '#functions/environment.ts';
import { createHttpHandler } from '#functions/http.ts';
import { registry } from '#handlers/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { bearer, putApiKey, secret } from '#test/support/functions/api.ts';
import { readMetrics } from '#test/support/functions/embedded-metrics.ts';
import { gatewayEvent, lambdaContext } from '#test/support/functions/gateway-event.ts';
import { printedLines } from '#test/support/functions/printed-lines.ts';

let stored: TestDatabase;
beforeEach(async () => {
  // A function reads its environment when it is loaded.
  vi.unstubAllEnvs();
  stored = await createDatabase();
  await syncRegistry(stored.database, registry);
  vi.stubEnv(DATABASE_URL, stored.url);
  vi.stubEnv(METRICS, 'drain');
  vi.stubEnv(DEPLOYMENT_NAME, 'Shop');
});

const paid = `select millrace.enqueue('payment.captured', '{"orderId":"A-1","amountCents":100}')`;

/** What a tick prints, as CloudWatch reads it, and whether it failed. */
async function tick() {
  const handler = createConsumerHandler(registry);
  let failed = false;
  const lines = await printedLines(async () => {
    await handler({}, lambdaContext(20_000)).catch(() => {
      failed = true;
    });
  });
  return { lines, metrics: lines.flatMap((line) => readMetrics(line) ?? []), failed };
}

/** Makes the functions log in as a role of their own, which may do nothing. */
async function logInAsNobody(): Promise<void> {
  const role = `nobody_${randomUUID().slice(0, 8)}`;
  await stored.query(`create role ${role} login password 'secret'`);
  const url = new URL(stored.url);
  [url.username, url.password] = [role, 'secret'];
  vi.stubEnv(DATABASE_URL, url.href);
}

describe('a tick', () => {
  test('writes one line with what it did, and how long things took', async () => {
    for (let n = 0; n < 3; n += 1) await stored.query(paid);
    const { metrics, lines } = await tick();
    const summary = lines
      .map((line) => JSON.parse(line))
      .find(({ message }) => message === 'drained');
    expect(metrics).toHaveLength(1);
    expect(metrics[0]).toMatchObject({
      namespace: 'Millrace',
      dimensions: { Deployment: 'Shop' },
      values: { Claimed: summary.claimed, Done: summary.done },
      units: { Done: 'Count', OldestWaiting: 'Seconds', HandlerTime: 'Milliseconds' },
    });
    expect(summary.done).toBeGreaterThanOrEqual(3);
    expect(metrics[0]?.values).toEqual({
      Claimed: summary.claimed,
      Done: summary.done,
      ClaimTime: expect.any(Array),
      SettleTime: expect.any(Array),
      HandlerTime: expect.any(Array),
      OldestWaiting: expect.any(Number),
    });
  });

  test('that finds nothing writes none, since a metric costs by the hours in which it is sent', async () => {
    expect(await tick()).toMatchObject({ metrics: [], failed: false });
  });

  test('tells of chords while there are open ones', async () => {
    const paid = { type: 'payment.captured', payload: { orderId: 'A-1', amountCents: 100 } };
    const chord = { messages: [{ ...paid, delaySeconds: 3600 }], followedBy: paid };
    await stored.query('select millrace.enqueue_chord($1)', [JSON.stringify(chord)]);
    await stored.query(`update millrace.chord set created_at = created_at - interval '1 hour'`);
    expect((await tick()).metrics).toEqual([
      expect.objectContaining({
        values: { ChordsOpen: 1, OldestChord: expect.any(Number) },
        units: { ChordsOpen: 'Count', OldestChord: 'Seconds' },
      }),
    ]);
  });

  test('writes none of it where nobody wants metrics', async () => {
    vi.stubEnv(METRICS, undefined);
    await stored.query(paid);
    expect(await tick()).toMatchObject({ metrics: [], failed: false });
  });

  test('whose login may do nothing counts the refusal, although it fails', async () => {
    await logInAsNobody();
    const { failed, metrics } = await tick();
    expect(failed).toBe(true);
    expect(metrics).toMatchObject([{ values: { DatabaseRefused: 1 } }]);
  });
});

describe('a request', () => {
  const request = async () => {
    await putApiKey(stored, 'shop', secret, ['enqueue:*', 'read']);
    const handler = createHttpHandler(registry);
    const event = gatewayEvent({ path: '/v1/queues', headers: bearer() });
    const lines = await printedLines(() => handler(event));
    return lines.flatMap((line) => readMetrics(line) ?? []);
  };

  test('that is answered writes no metric', async () => {
    expect(await request()).toEqual([]);
  });

  test('whose login may do nothing counts the refusal', async () => {
    await logInAsNobody();
    expect(await request()).toMatchObject([
      { dimensions: { Deployment: 'Shop' }, values: { DatabaseRefused: 1 } },
    ]);
  });
});

test('a level that does not exist is no level of silence', async () => {
  vi.stubEnv(METRICS, 'all');
  expect(() => createConsumerHandler(registry)).toThrow(/"drain" or "queues"; got "all"/);
});
