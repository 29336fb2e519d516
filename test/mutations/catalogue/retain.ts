import type { Mutation } from '../mutation.ts';

const dropPartition = 'migrations/routines/retain/internal/drop_partition.sql';
const eraseMessages = 'migrations/routines/retain/internal/erase_messages.sql';
const makePartition = 'migrations/routines/retain/internal/make_partition.sql';
const racesTest = 'test/migrations/routines/retain/partition-races.test.ts';
const partitionsTest = 'test/migrations/routines/retain/partitions.test.ts';
const retentionTest = 'test/migrations/routines/retain/retention.test.ts';

/** Partitions, retention and housekeeping. */
export const retain: readonly Mutation[] = [
  {
    name: 'drop-without-second-look',
    fault: 'A week is dropped with a message that was replayed while the drop waited for its lock.',
    file: dropPartition,
    replace: 'if millrace.is_needed(lowest, beyond) then',
    by: 'if false then',
    testFile: partitionsTest,
    test: 'are kept when one of their messages comes to be needed while the drop waits',
  },
  {
    name: 'drop-with-parcels-in-it',
    fault:
      'A week is dropped although messages wait in a parcel, which are gone before they are handled.',
    file: 'migrations/routines/retain/internal/is_needed.sql',
    replace: 'p.first_id >= lowest and p.first_id < beyond',
    by: 'false',
    testFile: 'test/migrations/routines/operate/parcel-members.test.ts',
    test: 'retention keeps their messages, and their week, until they have ended',
  },
  {
    name: 'drop-without-a-limit-on-its-wait',
    fault: 'A drop behind a long query makes everybody else wait for that query, too.',
    file: dropPartition,
    replace: "set_config('lock_timeout', '200ms', true)",
    by: "set_config('lock_timeout', '0', true)",
    testFile: partitionsTest,
    test: 'are not dropped while somebody reads all of %s, and nobody waits for that',
  },
  {
    name: 'default-partition-keeps-its-rows',
    fault:
      'What a wrong clock sent to the default partition keeps the partition of its week from being made.',
    file: makePartition,
    replace:
      "    'with moved as (delete from millrace.%I where %I >= %L and %I < %L returning *) '",
    by: "    'with moved as (delete from millrace.%I where %I >= %L and %I < %L and false returning *) '",
    testFile: partitionsTest,
    test: 'take in what the default partition kept for a clock that was ahead',
    error: 'would be violated by some row',
  },
  {
    name: 'dead-letters-lose-their-messages',
    fault: 'A dead letter whose message is past its retention cannot be redriven any more.',
    file: eraseMessages,
    replace:
      '      and not exists (select from millrace.dead_letter l where l.message_id = g.id)\n',
    by: '',
    testFile: retentionTest,
    test: 'are kept while a dead letter needs them, however often it is sent round',
  },
  {
    name: 'erase-beside-a-replay',
    fault:
      'A message is erased while an operator replays it, so its delivery has nothing to deliver.',
    file: eraseMessages,
    replace: '    for update skip locked\n',
    by: '',
    testFile: retentionTest,
    test: 'are kept while somebody sends them round again',
  },
  {
    name: 'maintenance-waits-for-producers',
    fault: 'Maintenance and a producer that both hold expired keys wait for each other.',
    file: 'migrations/routines/retain/maintain.sql',
    replace: '    for update skip locked\n',
    by: '    for update\n',
    testFile: 'test/migrations/routines/enqueue/idempotency-race.test.ts',
    test: 'maintenance leaves a key alone that a producer is taking, and never waits for it',
  },
  {
    name: 'attempt-chooses-its-partition-too-early',
    fault: 'A settle fails on a partition that was made while it waited.',
    file: makePartition,
    replace: "'lock table only millrace.%I in share row exclusive mode', parent",
    by: "'lock table millrace.%I in share row exclusive mode', parent || '_default'",
    testFile: racesTest,
    test: 'a delivery becomes %s',
    error: 'violates partition constraint',
  },
  {
    name: 'message-is-stored-in-one-try',
    fault: 'An enqueue fails on a partition that was made while it waited.',
    file: 'migrations/routines/enqueue/internal/store_unless_stored.sql',
    replace: '  for tried in 1..10 loop\n',
    by: '  for tried in 10..10 loop\n',
    testFile: racesTest,
    test: 'an enqueue of %s stores it once',
    error: 'violates partition constraint',
  },
  {
    name: 'done-attempts-outlive-their-message',
    fault: 'The history of an erased message stays, in a row that it shares with others.',
    file: 'migrations/routines/retain/internal/erase_messages.sql',
    replace: '  perform millrace.erase_done_attempts(gone);\n',
    by: '',
    testFile: 'test/migrations/routines/retain/retention.test.ts',
    test: 'leave the attempts of others in the row that they share, and the last one takes it along',
  },
];
