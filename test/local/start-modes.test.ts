// npm start with each of its modes, seen from outside. No tick but the one at the start comes in these tests, unless they ask for
// it, so whatever is handled after that was woken by the mode.
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { findServer } from '#local/running-server.ts';
import { createDatabase } from '#test/support/database.ts';
import { dataFolder, start } from '#test/support/local/start-process.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const order = (n: number) => ({
  type: 'order.placed',
  payload: {
    orderId: `order-${n}`,
    email: 'reader@example.com',
    items: [{ sku: 'the-dispossessed', quantity: 1, priceCents: 1299 }],
  },
});

async function setup(flags: string[]) {
  const { directUrl } = await createDatabase();
  const client = new Client(directUrl);
  await client.connect();
  onTestFinished(() => client.end());
  const data = dataFolder();
  const started = await start(['--data', data, ...flags], { DATABASE_URL: directUrl });
  const url = await started.ready();
  const { apiKey } = await findServer(data);
  const query = async (text: string) => (await client.query(text)).rows;
  const count = async (status: string) => {
    const text = `select count(*)::integer from millrace.delivery_status where status = '${status}'`;
    return (await query(text))[0].count;
  };
  return {
    output: started.output,
    query,
    count,
    async post(path: string, body: object) {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${url}/v1${path}`, init)).status;
    },
    /** Whether the tick at the start is over. */
    firstTick: () => waitUntil(() => started.output().includes('"drained"')),
    async stop() {
      started.process.kill('SIGTERM');
      expect(await started.exit).toBe(0);
    },
  };
}

test('--eager: an order is handled at once', async () => {
  const { output, post, count, firstTick, stop } = await setup(['--eager', '--every', '1440m']);
  expect(output()).toContain('An enqueue over HTTP wakes the consumer at once.');
  await firstTick();
  const postedAt = performance.now();
  expect(await post('/messages', order(1))).toBe(202);
  await waitUntil(async () => (await count('done')) >= 3);
  // Far below any other way; how soon it is without other tests beside it is for bench to say.
  expect(performance.now() - postedAt).toBeLessThan(20_000);
  await stop();
});

test('--sleep: an order is handled by a wake-up, and few drains look', async () => {
  const { output, post, count, firstTick, stop } = await setup(['--sleep']);
  expect(output()).toContain('The consumer sleeps until a wake-up is due; a tick every 6 h');
  await firstTick();
  expect(await post('/messages', order(1))).toBe(202);
  await expect
    .poll(() => count('done'), { timeout: 90_000, interval: 500 })
    .toBeGreaterThanOrEqual(3);
  const drains = output().match(/"message":"drained"/g) ?? [];
  expect(drains.length).toBeLessThanOrEqual(3);
  expect(output()).not.toContain('wake-up lost');
  await stop();
});

test('--hand-over: a backlog that takes too long is shared with further invocations', async () => {
  const { output, query, post, count, stop } = await setup([
    '--hand-over',
    '2',
    '--every',
    '200ms',
  ]);
  expect(output()).toContain('A backlog is shared with up to 2 further invocations.');
  // Drains of an hour to come, so that they stay the latest: a delivery took a minute.
  await query(`
    insert into millrace.drain_log (
      queue_id, ended_at, claimed, done, retried, snoozed, dead, released, stale, run_ms
    )
    select q.id, now() + n * interval '1 second' + interval '1 hour', 10, 10, 0, 0, 0, 0, 0, 12000000
    from millrace.queue q cross join generate_series(1, 20) as n
  `);
  let placed = 0;
  await waitUntil(async () => {
    const messages = Array.from({ length: 500 }, () => order(placed++));
    expect(await post('/messages/batch', { messages })).toBe(202);
    return output().includes('"handed over"');
  });
  await expect.poll(() => count('pending'), { timeout: 60_000, interval: 500 }).toBe(0);
  expect(output()).not.toContain('hand-over failed');
  await stop();
});
