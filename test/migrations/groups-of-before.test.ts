// A database in use, from before groups had rows to lock: its groups go on in their order once it is migrated.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { copyCheckout, earlierCheckout } from '#test/support/migrations/checkout.ts';
import { makeDue } from '#test/support/move-time.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { Operator } from '#test/support/sql/operator.ts';

const member = defineMessageType({
  name: 'test.member',
  payload: z.object({ n: z.number(), group: z.string().nullable() }),
});
const token = '00000000-0000-4000-8000-000000000001';

/** available_at, lease_expires_at, lease_token, due_at and attempt of a delivery in each status. */
const columns = {
  pending: `now(), null, null, null, 0`,
  blocked: `'infinity', null, null, null, 0`,
  'blocked and due before': `'infinity', null, null, now() - interval '1 minute', 0`,
  retried: `now() + interval '1 hour', null, null, null, 1`,
  processing: `now(), now() + interval '1 hour', '${token}', null, 1`,
  lost: `now(), now() - interval '1 second', '${token}', null, 1`,
} as const;
type Status = keyof typeof columns;

/** By queue and group, its members in their order. */
const left: readonly (readonly [string, string | null, readonly Status[]])[] = [
  ['one', 'waiting', ['pending', 'blocked', 'blocked']],
  ['one', 'held', ['processing', 'blocked', 'blocked']],
  ['one', 'lost', ['lost', 'blocked']],
  ['one', 'retried', ['retried', 'blocked']],
  ['one', 'late', ['pending', 'blocked and due before', 'blocked']],
  ['one', null, ['pending']],
  ['two', 'wide', ['lost', 'pending', 'blocked', 'blocked', 'blocked']],
  // Behind its dead letter, the first of all its messages.
  ['strict', 'dead', ['blocked', 'blocked']],
];

const sent = `
  with sent as (
    insert into millrace.message (id, type, payload)
    values ($1, '${member.name}', jsonb_build_object('n', $2::integer, 'group', $4::text)) returning id
  )`;

/** As the release with the tables up to 0013 has left it. */
async function leave({ query }: TestDatabase): Promise<void> {
  await query(
    `insert into millrace.message_type (name, is_public) values ('${member.name}', false)`,
  );
  await query(
    `insert into millrace.queue (
       name, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds, group_concurrency, dead_blocks_group
     )
     values ('one', 60, 3, 1, 60, 1, false), ('two', 60, 3, 1, 60, 2, false), ('strict', 60, 3, 1, 60, 1, true)`,
  );
  await query(
    `${sent}
     insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
     select s.id, q.id, 0, 5, 3, '${member.name}', $4, '{}' from sent s join millrace.queue q on q.name = $3`,
    [uuidV7(), 0, 'strict', 'dead'],
  );
  for (const [queue, group, members] of left)
    for (const [place, status] of members.entries())
      await query(
        `${sent}
         insert into millrace.delivery (
           message_id, queue_id, group_key, available_at, lease_expires_at, lease_token, due_at, attempt
         )
         select s.id, q.id, $4, ${columns[status]} from sent s join millrace.queue q on q.name = $3`,
        [uuidV7(), place + 1, queue, group],
      );
}

/** Migrated, with consumers of today, and what these have handled by group, in order. */
async function setup() {
  const db = await createDatabase({ empty: true });
  await (await earlierCheckout('0013')).migrate(db.url);
  await leave(db);
  const handled: { [group: string]: number[]; wide?: number[] } = {};
  const subscriptions = [
    on(member, ({ payload: { n, group } }) => {
      handled[`${group}`] = [...(handled[`${group}`] ?? []), n];
    }),
  ];
  const registry = defineRegistry({
    queues: [
      defineQueue({ name: 'one', subscriptions }),
      defineQueue({ name: 'two', policy: { groupConcurrency: 2 }, subscriptions }),
      defineQueue({ name: 'strict', policy: { deadBlocksGroup: true }, subscriptions }),
    ],
  });
  const { applied } = await (await copyCheckout()).migrate(db.url, { registry });
  expect(applied).toContain('migrations/tables/0014_message_group.sql');
  const { database } = db;
  const drainAll = () =>
    drain({ database, registry, log: recordingLog(), remainingMs: () => 60_000 });
  return { db, handled, drainAll };
}

test('groups that a release before their rows has left go on in order, and leave nothing', async () => {
  const { db, handled, drainAll } = await setup();
  // Twice, since suspects come last in a drain, and members behind them in the next one.
  await drainAll();
  await drainAll();
  // Behind what the old consumer still holds, what waits for its retry and what is dead, nobody starts.
  expect(handled).toEqual({
    waiting: [1, 2, 3],
    lost: [1, 2],
    late: [1, 2, 3],
    null: [1],
    wide: expect.any(Array),
  });
  // Two at once, of which the first one is a suspect.
  expect(handled.wide?.toSorted()).toEqual([1, 2, 3, 4, 5]);
  const [held] = await db.query<{ id: string }>(
    `select message_id as id from millrace.delivery where lease_token = '${token}'`,
  );
  const results = JSON.stringify([{ id: held?.id, token, outcome: 'done' }]);
  const [settled] = await db.query(`select millrace.settle('one', $1) ->> 'settled' as count`, [
    results,
  ]);
  expect(settled).toEqual({ count: '1' });
  await new Operator(db.query).redrive({ queue: 'strict' });
  await makeDue(db);
  await drainAll();
  expect(handled).toMatchObject({ held: [2, 3], retried: [1, 2], dead: [0, 1, 2] });
  for (const table of ['delivery', 'dead_letter', 'message_group', 'disturbed_group'])
    expect(await db.query(`select from millrace.${table}`), table).toEqual([]);
});
