import type { Mutation } from '../mutation.ts';

const orderTest = 'test/migrations/routines/lock-order.test.ts';
const settle = 'migrations/routines/settle/settle.sql';
const openProducerTest = 'test/migrations/routines/groups/open-producer.test.ts';

/** Who waits for whom, for how long, and in which order. */
export const locks: readonly Mutation[] = [
  {
    name: 'settle-takes-groups-before-keys',
    fault: 'A follow-up and a producer with the same key and group wait for each other.',
    file: settle,
    replace: '  if follow_ups is not null then\n',
    by: '  perform millrace.hold_groups(queue_row.id, ended_groups, 20);\n  if follow_ups is not null then\n',
    testFile: orderTest,
    test: 'that waits for a key holds no group yet',
  },
  {
    name: 'settle-takes-its-queue-before-groups',
    fault: 'Settles of a queue with limits and whoever else holds its groups wait for each other.',
    file: settle,
    replace: '  if ended_groups is not null then\n',
    by: `  if queue_row.rate_starts is not null then
    perform from millrace.queue q where q.id = queue_row.id for no key update;
  end if;
  if ended_groups is not null then\n`,
    testFile: orderTest,
    test: 'that waits for its queue has its groups already',
  },
  {
    name: 'suspects-take-their-queue-before-groups',
    fault:
      'A consumer that recovers from a crash and whoever holds its groups wait for each other.',
    file: 'migrations/routines/claim/claim_suspects.sql',
    replace: '    dead := millrace.bury_suspects(queue_row, suspects);\n',
    by: `    perform millrace.lock_places(queue_row, 1);
    dead := millrace.bury_suspects(queue_row, suspects);\n`,
    testFile: orderTest,
    test: 'a claim of suspects that waits for its queue has the groups of those that have died',
  },
  {
    name: 'extend-waits-for-settles',
    fault: 'A consumer that extends its leases and one that settles them wait for each other.',
    file: 'migrations/routines/claim/extend.sql',
    replace: '    for update of d skip locked\n',
    by: '    for update of d\n',
    testFile: orderTest,
    test: 'an extend waits for nobody, and answers what is being settled as held',
  },
  {
    name: 'groups-take-server-locks',
    fault: 'A few large batches fill the lock table that all databases of the server share.',
    file: 'migrations/routines/groups/internal/hold_groups.sql',
    replace: "  perform set_config('lock_timeout', wait_ms::text, true);\n",
    by: `  perform set_config('lock_timeout', wait_ms::text, true);
  perform pg_advisory_xact_lock(hashtextextended(k, in_queue)) from unnest(group_keys) as k;\n`,
    testFile: openProducerTest,
    test: 'overlapping batches of 1,000 groups on three queues take few server locks',
  },
  {
    name: 'members-behind-an-open-producer-are-forgotten',
    fault:
      'A group that could not be looked at while a transaction was open stands still for ever.',
    file: 'migrations/routines/groups/internal/lock_new_groups.sql',
    replace: 'if cardinality(held) < cardinality(joined.group_keys) then',
    by: 'if false then',
    testFile: openProducerTest,
    test: 'everything else is settled, each once, and the groups go on in order after a %s',
  },
  {
    name: 'partition-is-missed-in-one-snapshot',
    fault:
      'A claim above read committed, beside a maintenance, buries messages that are just being moved.',
    file: 'migrations/routines/claim/claim.sql',
    replace:
      "if with_messages and json_typeof(answer.types) = 'array' and strpos(answer.types::text, 'null') > 0 then",
    by: 'if false then',
    testFile: 'test/migrations/routines/claim/moved-messages.test.ts',
    test: 'releases them above read committed, %s',
  },
];
