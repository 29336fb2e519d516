import type { Mutation } from '../mutation.ts';

const settleEach = 'migrations/routines/settle/internal/settle_each.sql';
const settleDone = 'migrations/routines/settle/internal/settle_done.sql';
const fenceTest = 'test/migrations/routines/settle/settle-fence.test.ts';
const settleTest = 'test/migrations/routines/settle/settle.test.ts';

/** Fences, outcomes and what a settle answers. */
export const settle: readonly Mutation[] = [
  {
    name: 'settle-done-without-token',
    fault: 'A consumer that lost its lease ends a delivery that another one works on.',
    file: settleDone,
    replace: '      and d.lease_token = c.token\n',
    by: '',
    testFile: fenceTest,
    test: 'fences what succeeded alike, told in a group or by itself',
    isQuick: true,
  },
  {
    name: 'settle-each-without-token',
    fault: 'A late failure sends away a delivery that another consumer works on.',
    file: settleEach,
    replace: '    where d.lease_token = r.token\n      -- A',
    by: '    where true\n      -- A',
    testFile: fenceTest,
    test: 'changes nothing and reports stale a %s whose lease was taken over',
    isQuick: true,
  },
  {
    name: 'settle-each-of-a-released-delivery',
    fault: 'A delivery that was released, and that others may claim, is ended by its last token.',
    file: settleEach,
    replace: '      and d.lease_expires_at is not null\n',
    by: '',
    testFile: fenceTest,
    test: 'takes no other outcome after the first',
  },
  {
    name: 'settle-never-buries',
    fault: 'A message that always fails is retried for ever.',
    file: settleEach,
    replace: "d.attempt >= queue_row.max_attempts then 'dead'",
    by: "d.attempt > queue_row.max_attempts then 'dead'",
    testFile: settleTest,
    test: 'makes a dead letter of a retry whose attempts are used up',
  },
  {
    name: 'settle-snooze-spends-an-attempt',
    fault: 'Waiting on purpose ends in a dead letter.',
    file: settleEach,
    replace: "case h.outcome when 'snooze' then d.attempt - 1 else",
    by: "case h.outcome when 'snooze' then d.attempt else",
    testFile: settleTest,
    test: 'lets a snooze wait and gives its attempt back',
  },
  {
    name: 'settle-counts-repeats-as-stale',
    fault: 'A settle whose answer was lost is told that its leases were lost, too.',
    file: 'migrations/routines/settle/internal/settle_report.sql',
    replace: "and a.outcome <> 'expired'",
    by: "and a.outcome = 'expired'",
    testFile: fenceTest,
    test: 'knows a repeated %s after the next claim, too',
  },
  {
    name: 'settle-doubled-result-counts-twice',
    fault: 'A batch that names a claim twice logs its attempt twice.',
    file: settleEach,
    replace: 'select distinct on (r.id, r.token) r.*',
    by: 'select r.*',
    testFile: fenceTest,
    test: 'counts a %s that a batch holds twice once',
    error: 'attempt',
  },
  {
    name: 'follow-ups-of-failures',
    fault: 'What a handler enqueued before it failed is stored although its work is undone.',
    file: 'migrations/routines/settle/internal/follow_ups.sql',
    replace: " and r.outcome = 'done'",
    by: '',
    testFile: 'test/migrations/routines/settle/follow-ups.test.ts',
    test: 'stores no follow-ups of a %s',
  },
  {
    name: 'follow-ups-of-stale-results',
    fault: 'A consumer that lost its lease stores its follow-ups a second time.',
    file: 'migrations/routines/settle/internal/follow_ups.sql',
    replace: 'r.position = any (positions) and ',
    by: '',
    testFile: 'test/migrations/routines/settle/follow-ups.test.ts',
    test: 'stores follow-ups once when the settle is repeated',
  },
  {
    name: 'backoff-without-jitter',
    fault: 'What failed together comes back together and fails again.',
    file: 'migrations/routines/settle/internal/backoff_seconds.sql',
    replace: '(0.5 + pg_catalog.random() / 2)',
    by: '(1.0)',
    testFile: 'test/queue/handle/outcomes.test.ts',
    test: 'does not come back together with those that failed with it',
  },
];
