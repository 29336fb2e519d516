// What reports of progress do once their lease is over, or when they come twice: nothing.
import { expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { loseAnswers } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

const open = () =>
  openQueues(defineQueue({ name: 'work', subscriptions: [on(numbered, () => {})] }));

const progressOf = async (queues: OpenQueues, id: string) =>
  (await queues.status(id)).deliveries[0]?.progress;

test('a report whose answer was lost has arrived, and changes nothing else when it comes again', async () => {
  const queues = await open();
  const [id = ''] = await queues.enqueueNumbers(1);
  const token = await claimBy(queues);
  const row = `select to_jsonb(d) - 'progress' as delivery from millrace.delivery d`;
  const before = await queues.query(row);
  const report = () => reportBy(loseAnswers(queues.database, 'report_progress'), { id, token });
  for (let n = 0; n < 2; n += 1) {
    await expect(report()).rejects.toThrow('Error connecting to database');
    expect(await progressOf(queues, id)).toMatchObject({ fraction: 0.5 });
  }
  expect(await queues.query(row)).toEqual(before);
  await settleBy(queues, { id, token, outcome: 'done' });
  expect((await queues.status(id)).deliveries[0]?.attempts).toMatchObject([{ outcome: 'done' }]);
});

test.each(['retry', 'snooze', 'release'])(
  'who has lost the lease by a %s changes nothing, and the next attempt begins without progress',
  async (outcome) => {
    const queues = await open();
    const [id = ''] = await queues.enqueueNumbers(1);
    const report = (token: string, fraction: number) =>
      reportBy(queues.database, { id, token, fraction });
    const first = await claimBy(queues);
    expect(await report(first, 0.9)).toBe(1);
    await settleBy(queues, { id, token: first, outcome });
    expect(await report(first, 1)).toBe(0);
    const second = await claimBy(queues);
    expect(await report(first, 1)).toBe(0);
    expect((await queues.status(id)).deliveries[0]?.status).toBe('processing');
    expect(await progressOf(queues, id)).toBeNull();
    expect(await report(second, 0.1)).toBe(1);
    expect(await progressOf(queues, id)).toMatchObject({ fraction: 0.1, note: null });
  },
);

async function claimBy({ query }: OpenQueues): Promise<string> {
  const token = crypto.randomUUID();
  await query(`select millrace.settle_and_claim('work', '[]', '[]', $1, 1, null)`, [token]);
  return token;
}

const settleBy = ({ query }: OpenQueues, result: object) =>
  query(`select millrace.settle('work', $1)`, [
    JSON.stringify([{ ...result, ms: 1, error: null, delaySeconds: 0 }]),
  ]);

async function reportBy(database: Database, report: object): Promise<number | undefined> {
  const [row] = await database.query<{ taken: number }>(
    `select millrace.report_progress('work', $1) as taken`,
    [JSON.stringify([{ fraction: 0.5, ...report }])],
  );
  return row?.taken;
}
