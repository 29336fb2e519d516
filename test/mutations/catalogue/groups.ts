import type { Mutation } from '../mutation.ts';

const unblock = 'migrations/routines/groups/internal/start_next_members.sql';

/** One at a time and in order, whatever happens. */
export const groups: readonly Mutation[] = [
  {
    name: 'group-lets-everybody-start',
    fault: 'Members of a group run beside each other, in any order.',
    file: 'migrations/routines/enqueue/internal/store_messages.sql',
    replace: '> q.group_concurrency\n',
    by: '> q.group_concurrency + 1\n',
    testFile: 'test/migrations/routines/groups/group.test.ts',
    test: 'gives only the head of a group',
  },
  {
    name: 'group-passes-its-dead-letters-by',
    fault: 'A group that waits for its dead letters goes on behind them.',
    file: unblock,
    replace: '        and n.sequence < e.barrier\n',
    by: '',
    testFile: 'test/migrations/routines/groups/group-policies.test.ts',
    test: 'stands still when its head dies with its consumer',
  },
  {
    name: 'group-forgets-delays',
    fault: 'A member that waited behind others starts before its own time.',
    file: unblock,
    replace: 'set available_at = greatest(d.due_at, statement_timestamp())',
    by: 'set available_at = statement_timestamp()',
    testFile: 'test/migrations/routines/groups/group.test.ts',
    test: 'keeps the delay of a member that was blocked meanwhile',
  },
  {
    name: 'group-gives-a-place-away-twice',
    fault:
      'A follow-up that replaces a waiting member lets one more of its group start than may be live.',
    file: 'migrations/routines/settle/settle.sql',
    replace: "if follow_ups @? '$[*] ? (@.replace == true)' then",
    by: 'if false then',
    testFile: 'test/migrations/routines/settle/follow-ups.test.ts',
    test: 'lets no more of a group start when a follow-up replaces one that waits in it: %i at once',
  },
  {
    name: 'groups-in-one-snapshot',
    fault: 'A group whose head is settled above read committed never goes on.',
    file: 'migrations/routines/groups/internal/require_read_committed.sql',
    replace:
      "if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then",
    by: 'if false then',
    testFile: 'test/migrations/routines/groups/group.test.ts',
    test: 'does not strand a group when a consumer settles its head at %s',
  },
];
