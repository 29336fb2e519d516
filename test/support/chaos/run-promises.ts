// What is promised of every delivery that SQS carries, whatever became of the processes that had it.
import { expect } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';

/** After SQS is empty: so many messages went through each of the queues. */
export async function expectCarriedOnce({ query }: TestDatabase, messages: number): Promise<void> {
  const ended = await query(
    `select s.queue, count(*)::integer as count
     from sent s
     join millrace.delivery_status d on d.message_id = s.message_id and d.queue = s.queue and d.status in ('done', 'dead')
     where s.queue <> 'quiet' group by 1 order by 1`,
  );
  expect(ended, 'everything has ended').toEqual(
    ['in-order', 'once', 'plain'].map((queue) => ({ queue, count: messages })),
  );

  const unhandled = await query(
    'select from sent s where not exists (select from trace t where t.message_id = s.message_id)',
  );
  expect(unhandled, 'nothing is lost').toEqual([]);

  const endedOften = await query(
    `select message_id from millrace.attempt_log where outcome in ('done', 'dead')
     group by message_id, queue having count(*) > 1`,
  );
  expect(endedOften, 'nothing ends twice').toEqual([]);

  const gaps = await query(
    `select message_id from millrace.attempt_log where outcome <> 'relayed' group by message_id, queue
     having max(attempt) <> count(*) or count(distinct attempt) <> count(*)`,
  );
  expect(gaps, 'attempts count from 1 without gaps').toEqual([]);

  const followUps = await query(
    `select s.message_id, d.status, count(f.id)::integer
     from sent s
     join millrace.delivery_status d on d.message_id = s.message_id and d.queue = s.queue
     left join millrace.message f on f.type = 'chaos.follow_up' and f.payload ->> 'of' = s.message_id::text
     where s.queue <> 'quiet'
     group by 1, 2 having count(f.id) <> (d.status = 'done')::integer`,
  );
  expect(followUps, 'what is done has its follow-up exactly once').toEqual([]);

  await expectOnce(query);
  await expectOrder(query);
}

/** With `once`, no handler begins while another one has the message, or when it has ended. */
async function expectOnce(query: TestDatabase['query']): Promise<void> {
  const runs = `
    with run as (
      select t.*, least(t.ended_at, k.at) as over_at from trace t left join killed k using (pid)
      where t.queue in ('once', 'in-order')
    )`;
  const beside = await query(
    `${runs} select a.message_id from run a
     join run b on b.message_id = a.message_id and b.run <> a.run and b.begun_at >= a.begun_at
     where b.begun_at < coalesce(a.over_at, 'infinity')`,
  );
  expect(beside, 'nothing is handled by two at a time').toEqual([]);
  const late = await query(
    `${runs} select r.message_id from run r join millrace.attempt_log a using (message_id, queue)
     where a.outcome in ('done', 'dead') and r.begun_at > a.finished_at`,
  );
  expect(late, 'nothing is handled when it has ended').toEqual([]);
}

async function expectOrder(query: TestDatabase['query']): Promise<void> {
  const outOfOrder = await query(
    `select next_id from (
       select s.message_id, a.finished_at,
         lead(s.message_id) over (partition by s.group_key order by s.position) as next_id
       from sent s
       join millrace.attempt_log a on a.message_id = s.message_id and a.outcome in ('done', 'dead')
       where s.queue = 'in-order'
     ) as m
     join trace t on t.message_id = m.next_id
     where t.begun_at < m.finished_at`,
  );
  expect(outOfOrder, 'a group is handled in order').toEqual([]);
}
