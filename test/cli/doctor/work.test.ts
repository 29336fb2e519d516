// What the doctor says of the work itself, over a real connection: each thing is made so, and found, with the command that mends it.
import { expect, test } from 'vitest';
import { examine } from '#cli/doctor/examine.ts';
import { workChecks } from '#cli/doctor/work.ts';
import { overSql } from '#cli/reach/over-sql.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { createApiDatabase } from '#test/support/functions/api.ts';
import { buryGroups } from '#test/support/sql/bulk.ts';

async function found({ directUrl }: TestDatabase): Promise<readonly string[]> {
  const reach = await overSql([directUrl]);
  try {
    const findings = await examine(workChecks(reach.operations));
    return findings.map(({ check, level, says, todo }) =>
      [`${level} ${check}: ${says}`, ...(todo === undefined ? [] : [todo])].join(' → '),
    );
  } finally {
    await reach.close();
  }
}

const enqueue = (type: string) => `select millrace.enqueue('${type}', '{}')`;
const schedule = `insert into millrace.schedule (name, type, rule, catch_up, next_due_at)
  values ('weekly', 'order.placed', 'every 3600 s', '"skip"', `;

test('finds nothing where nothing waits', async () => {
  const database = await createApiDatabase();
  expect(await found(database)).toEqual([
    expect.stringMatching(/^ok queues: \d+, and nothing waits for long$/),
    'ok schedules: 0, none overdue',
    'ok chords: 0 open, none refused',
    'ok drains: none has had anything to do in the last week',
  ]);
});

test.each([
  [
    'a queue that the code has given up, with messages in it',
    `${enqueue('order.placed')}; update millrace.queue set is_declared = false where name = 'payments'`,
    'bad queues: the code does not know payments, in which 1 waits → deploy code that declares it, or: npx millrace purge payments',
  ],
  [
    'a paused queue',
    `update millrace.queue set is_paused = true where name = 'payments'`,
    'warn queues: payments is paused → npx millrace audit --action pause tells who did it; npx millrace resume payments',
  ],
  [
    'a delivery that has been due for long',
    `${enqueue('order.placed')}; update millrace.delivery set available_at = now() - interval '1 hour 30 minutes'`,
    /^bad queues: the oldest in payments has been due for 1h 30m → npx millrace history --queue payments/,
  ],
  [
    'an overdue schedule',
    `${schedule} now() - interval '2 hours')`,
    /^bad schedules: weekly is overdue for 2h( \ds)? → npx millrace drain fires it now/,
  ],
  [
    'a paused schedule',
    `${schedule} null); update millrace.schedule set is_paused = true`,
    'warn schedules: weekly is paused → npx millrace schedules resume weekly',
  ],
  [
    'a chord that nothing can follow',
    `select millrace.enqueue_chord('{"id": "01a1fd71-3a0f-7a0c-b11b-24a0891b25e0",
       "messages": [{"type": "test.anything", "payload": 1}], "followedBy": {"type": "order.placed", "payload": {}}}');
     delete from millrace.subscription where type = 'order.placed';
     delete from millrace.message_type where name = 'order.placed';
     select millrace.sweep_chords()`,
    'bad chords: order.placed cannot follow 01a1fd71-3a0f-7a0c-b11b-24a0891b25e0: no message type is named "order.placed"' +
      ' → deploy code that takes it, or: npx millrace chord 01a1fd71-3a0f-7a0c-b11b-24a0891b25e0 --cancel',
  ],
  [
    'when the latest drain was',
    `insert into millrace.drain_log (queue_id, claimed, done, retried, snoozed, dead, released, stale, ended_at)
     select id, 1, 1, 0, 0, 0, 0, 0, now() - interval '3 hours' from millrace.queue where name = 'payments'`,
    /^ok drains: the latest that had anything to do ended 3h( \ds)? ago$/,
  ],
])('finds %s', async (_, statements, finding) => {
  const database = await createApiDatabase();
  await database.query(statements);
  expect(await found(database)).toContainEqual(
    typeof finding === 'string' ? finding : expect.stringMatching(finding),
  );
});

test('finds dead letters, and does not call what is paused or not yet late overdue', async () => {
  const database = await createApiDatabase();
  await buryGroups(database, { name: 'payments', type: 'order.placed' }, { count: 3, groups: 3 });
  await database.query(`${enqueue('order.placed')};
    update millrace.delivery set available_at = now() - interval '9 minutes';
    ${schedule} now() - interval '9 minutes')`);
  expect(await found(database)).toEqual([
    'warn queues: payments has 3 dead letters → npx millrace dead-letters groups --queue payments',
    'ok schedules: 1, none overdue',
    'ok chords: 0 open, none refused',
    expect.stringMatching(/^ok drains/),
  ]);
  await database.query(`update millrace.queue set is_paused = true;
    update millrace.delivery set available_at = now() - interval '1 day'`);
  expect((await found(database)).filter((line) => line.includes('due for'))).toEqual([]);
});

test('a look that fails says so, and keeps no other from being made', async () => {
  const database = await createApiDatabase();
  await database.query('alter table millrace.schedule rename to elsewhere');
  const lines = await found(database);
  expect(lines.filter((line) => !line.startsWith('ok'))).toEqual([
    expect.stringMatching(/^(warn|bad) schedules: /),
  ]);
  expect(lines).toHaveLength(4);
});
