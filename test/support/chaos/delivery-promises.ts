// What is promised of every delivery, whatever became of its consumers.
import { expect } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';

/** As below, of consumers that are dead when their leases run out: none of them begins with what another one has done. */
export async function expectAllEndedOnce(database: TestDatabase, messages: number): Promise<void> {
  await expectEachEndedOnce(database, messages);
  const late = await database.query(
    `select from trace t
     join millrace.attempt_log a using (message_id, queue)
     where a.outcome in ('done', 'dead') and (t.at > a.finished_at or t.attempt > a.attempt)`,
  );
  expect(late, 'nothing is handled after it was settled').toEqual([]);
}

/** After everything was drained: so many messages went through both queues of consumers that are killed. */
export async function expectEachEndedOnce(
  { query }: TestDatabase,
  messages: number,
): Promise<void> {
  const statuses = await query(
    'select queue, status, count(*)::integer from millrace.delivery_status group by 1, 2 order by 1, 2',
  );
  expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set(['dead', 'done']));
  const total = statuses.reduce((sum, { count }) => sum + count, 0);
  expect(total).toBe(messages * 2);

  const badNumbers = await query(
    `select from millrace.attempt_log group by message_id, queue
     having max(attempt) <> count(*) or count(distinct attempt) <> count(*)
       or count(*) filter (where outcome in ('done', 'dead')) <> 1
       or max(attempt) filter (where outcome in ('done', 'dead')) <> max(attempt)`,
  );
  expect(badNumbers, 'attempts count from 1 without gaps, and the last one ends').toEqual([]);

  const effects = await query(
    `select s.message_id, s.status, count(t.attempt)::integer
     from millrace.delivery_status s
     left join trace t on t.message_id = s.message_id and t.queue = s.queue
     where s.queue = 'exactly-once'
     group by 1, 2 having count(t.attempt) <> (s.status = 'done')::integer`,
  );
  expect(effects, 'a transactional handler has its effect once, or never').toEqual([]);

  const unhandled = await query(
    `select from millrace.delivery_status s
     where s.queue = 'at-least-once'
       and not exists (select from trace t where t.message_id = s.message_id and t.queue = s.queue)`,
  );
  expect(unhandled, 'everything is handled').toEqual([]);
}
