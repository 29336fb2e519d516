// Figures of each queue, as the deployed consumer writes them where a deployment asks for them.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createConsumerHandler } from '#functions/consumer.ts';
import { DATABASE_URL, DEPLOYMENT_NAME, METRICS } from '#functions/environment.ts';
import { Figures } from '#functions/figures/figures.ts';
import { queueFigures } from '#functions/figures/queue-figures.ts';
import { registry } from '#handlers/registry.ts';
import type { Database } from '#queue/database.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { readMetrics } from '#test/support/functions/embedded-metrics.ts';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { printedLines } from '#test/support/functions/printed-lines.ts';
import { countStatements, intercept } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const names = [...registry.queues.keys()].sort();

describe('a tick of a deployment that wants them', () => {
  let stored: TestDatabase;
  beforeEach(async () => {
    vi.unstubAllEnvs();
    stored = await createDatabase();
    await syncRegistry(stored.database, registry);
    vi.stubEnv(DATABASE_URL, stored.url);
    vi.stubEnv(METRICS, 'queues');
    vi.stubEnv(DEPLOYMENT_NAME, 'Shop');
  });

  const tick = async (event: object = {}) => {
    const handler = createConsumerHandler(registry);
    const lines = await printedLines(() => handler(event, lambdaContext(20_000)));
    return lines.flatMap((line) => readMetrics(line) ?? []);
  };

  test('writes a line for each queue, also for one that is paused', async () => {
    const later = `select millrace.enqueue('payment.captured', '{"orderId":"A-1","amountCents":100}', '{"delaySeconds":600}')`;
    await stored.query(later);
    await stored.query(`select millrace.pause('shipping')`);
    const metrics = await tick();
    const ofQueues = metrics.filter(({ dimensions }) => 'Queue' in dimensions);
    expect(ofQueues.map(({ dimensions }) => dimensions)).toEqual(
      names.map((Queue) => ({ Deployment: 'Shop', Queue })),
    );
    const shipping = ofQueues.find(({ dimensions }) => dimensions['Queue'] === 'shipping');
    expect(shipping).toMatchObject({
      values: {
        OldestWaiting: 0,
        Pending: 0,
        Processing: 0,
        Scheduled: 1,
        Blocked: 0,
        DeadLetters: 0,
      },
      units: { OldestWaiting: 'Seconds', Pending: 'Count', DeadLetters: 'Count' },
    });
    expect(metrics.at(-1)).toMatchObject({
      dimensions: { Deployment: 'Shop' },
      values: { DeadTuples: expect.any(Number), OldestSnapshot: expect.any(Number) },
    });
  });

  test('asks once a minute, and another sandbox gets no second answer', async () => {
    const askedAt = async () => stored.query('select figured_at::text from millrace.setting');
    expect(await tick()).not.toEqual([]);
    const first = await askedAt();
    expect(await tick()).toEqual([]);
    expect(await tick()).toEqual([]);
    expect(await askedAt()).toEqual(first);
  });

  test('asks nothing where only a drain’s own figures are wanted', async () => {
    vi.stubEnv(METRICS, 'drain');
    await tick();
    expect(
      await stored.query(`select from millrace.setting where figured_at > '-infinity'`),
    ).toEqual([]);
  });
});

describe('the question', () => {
  const log = recordingLog();
  const ask = (database: Database, queues: readonly string[] = ['a']) => {
    const figures = new Figures('Shop', recordingLog());
    return { figures, ask: queueFigures({ figures, database, queues, log }) };
  };
  const silent: Database = { query: () => new Promise(() => {}) };

  test('is not put when the invocation has no time for the answer', async () => {
    const counted = countStatements(silent);
    await ask(counted).ask(400);
    expect(counted.statements).toEqual([]);
  });

  test('is given up early enough to return', async () => {
    const startedAt = performance.now();
    await ask(silent).ask(700);
    expect(performance.now() - startedAt).toBeLessThan(600);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', attributes: { reason: 'NoAnswer' } });
  });

  test('fails no drain when the database knows no answer', async () => {
    const older = intercept(silent, async () => {
      throw Object.assign(new Error('no such function'), { code: '42883' });
    });
    await ask(older).ask(10_000);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', attributes: { code: '42883' } });
  });

  test('is for 20 queues, and the log names the others', async () => {
    const many = Array.from({ length: 23 }, (_, n) => `queue-${String(n).padStart(2, '0')}`);
    const counted = countStatements(intercept(silent, async () => []));
    await ask(counted, many.toReversed()).ask(10_000);
    expect(counted.statements[0]?.parameters[0]).toEqual(many.slice(0, 20));
    expect(log.lines.at(-1)?.attributes).toEqual({ queues: many.slice(20) });
  });
});
