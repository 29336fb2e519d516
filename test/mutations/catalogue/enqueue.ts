import type { Mutation } from '../mutation.ts';

const takeKeys = 'migrations/routines/enqueue/internal/take_keys.sql';
const idempotencyTest = 'test/migrations/routines/enqueue/idempotency.test.ts';

/** What is stored, once, and what is refused. */
export const enqueue: readonly Mutation[] = [
  {
    name: 'enqueue-repeated-with-another-payload',
    fault: 'An id that belongs to another message is answered as if the message were stored.',
    file: 'migrations/routines/enqueue/internal/answer_for_stored.sql',
    replace: " or m.payload <> coalesce(i.payload, 'null')",
    by: '',
    testFile: 'test/migrations/routines/enqueue/enqueue-repeated.test.ts',
    test: 'refuses an id that is in use with another %s, and the batch with it',
  },
  {
    name: 'keys-never-expire',
    fault: 'A key stands for its first message for ever, and later messages under it are lost.',
    file: takeKeys,
    replace: 'where k.expires_at <= statement_timestamp()',
    by: 'where false',
    testFile: 'test/migrations/routines/enqueue/idempotency-window.test.ts',
    test: 'frees the key when it ends',
    error: 'the idempotency key is in use',
  },
  {
    name: 'keys-in-use-are-taken',
    fault: 'Each enqueue under a key stores its message: nothing is idempotent.',
    file: takeKeys,
    replace: 'where k.expires_at <= statement_timestamp()',
    by: 'where true',
    testFile: idempotencyTest,
    test: 'answers the first id, and stores nothing',
    isQuick: true,
  },
  {
    name: 'key-conflicts-pass',
    fault: 'Another payload under the same key is dropped in silence.',
    file: 'migrations/routines/enqueue/internal/refuse_key_conflict.sql',
    replace: 'where k.payload_hash <> m.payload_hash',
    by: 'where false',
    testFile: idempotencyTest,
    test: 'with one key for two payloads is refused at the second',
  },
  {
    name: 'replace-cancels-what-is-at-work',
    fault: 'A newer message under a key takes a delivery away from the consumer that handles it.',
    file: 'migrations/routines/operate/internal/cancel_waiting.sql',
    replace: '(d.lease_expires_at is null or (with_suspects',
    by: '(true or (with_suspects',
    testFile: 'test/migrations/routines/enqueue/debounce.test.ts',
    test: 'cancels in the queues that still wait, and leaves those at work',
  },
  {
    name: 'enqueue-of-undeclared-types',
    fault: 'A message of a type that the code has no more is accepted and never delivered.',
    file: 'migrations/routines/enqueue/internal/store_messages.sql',
    replace: ' and t.is_declared',
    by: '',
    testFile: 'test/migrations/routines/operate/sync.test.ts',
    test: 'refuses messages of a type that is declared no more',
  },
  {
    name: 'instants-without-an-offset',
    fault: 'The same text is another instant in each time zone of a session.',
    file: 'migrations/routines/enqueue/internal/is_instant.sql',
    replace: "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$'",
    by: "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?$'",
    testFile: 'test/functions/http/read/instant.test.ts',
    test: 'refuses everything else',
  },
];
