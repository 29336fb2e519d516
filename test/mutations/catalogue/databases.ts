import type { Mutation } from '../mutation.ts';

const ofHttp = 'test/functions/http/spread/spread.test.ts';
const growth = 'test/functions/http/spread/growth.test.ts';
const forwarding = 'test/functions/spread/forwarding.test.ts';

/** What functions do in a deployment over several databases. */
export const databases: readonly Mutation[] = [
  {
    name: 'spread-shows-the-trace',
    fault:
      'Of a message that was sent on its caller hears for ever that it was, and not how it ended.',
    file: 'functions/http/spread/holder.ts',
    replace: 'return found && !isSentOn(found) ? found : undefined;',
    by: 'return found;',
    testFile: 'test/functions/http/spread/forwards.test.ts',
    test: 'is one message, where it waits and where it was sent',
  },
  {
    name: 'spread-denies-what-is-away',
    fault: 'A message in a database that is away is said not to exist.',
    file: 'functions/http/spread/spread.ts',
    replace: "throw awayBut('The databases that answer do not have it', away);",
    by: 'return undefined;',
    testFile: ofHttp,
    test: 'that nobody has it only all together can say',
  },
  {
    name: 'spread-skips-what-was-not-taken',
    fault:
      'A list leaves out what one database had on its page behind what another one filled it with.',
    file: 'functions/http/spread/pages.ts',
    replace: "return last === undefined ? (places[number] ?? '') : cursorOf(last);",
    by: 'return last && answer.nextCursor;',
    testFile: ofHttp,
    test: 'a list goes over all of them, page by page, each item once',
  },
  {
    name: 'spread-stores-once-more-elsewhere',
    fault:
      'A message whose answer was lost is stored in another database as well, and handled twice.',
    file: 'functions/http/spread/undone.ts',
    replace: "return unreached.includes(errorCode(error) ?? errorCode(ofExchange) ?? '');",
    by: 'return ofExchange instanceof Error;',
    testFile: 'test/functions/http/spread/enqueue.test.ts',
    test: 'what may have been stored is not stored in another one',
  },
  {
    name: 'spread-never-says-who-has-decided',
    fault:
      'A group that has moved is sent to and fro between its two homes, and refused in the end.',
    file: 'functions/http/enqueue/store-in-place.ts',
    replace: "asked[error.asked ? 'add' : 'delete'](key)",
    by: 'asked.delete(key)',
    testFile: growth,
    test: 'a group that rests is at home at once, and others are where they were',
  },
  {
    name: 'spread-takes-keys-for-groups',
    fault: 'While a deployment grows, what has an idempotency key that moves cannot be enqueued.',
    file: 'migrations/routines/spread/internal/where_members_belong.sql',
    replace: 'h.group_key is not null and h.group_key <> all (held)',
    by: 'h.group_key <> all (held)',
    testFile: 'test/migrations/routines/spread/placed-enqueue.test.ts',
    test: 'a key without a group that rests is sent to its new home at once, which answers for it',
  },
  {
    name: 'spread-letters-by-queue-ids',
    fault:
      'Letters that died of the same are two groups, and a redrive reaches one database alone.',
    file: 'migrations/routines/operate/dead_letter_groups.sql',
    replace: 'error_fingerprint(q.name,',
    by: 'error_fingerprint(l.queue_id::text,',
    testFile: 'test/functions/http/spread/queue-ids.test.ts',
    test: 'letters that died of the same are one group, which a filter reaches in all databases',
  },
  {
    name: 'forwards-forget-who-has-decided',
    fault: 'In a growth what is at home where it waits is asked about again and again, and stays.',
    file: 'functions/spread/forwarding-relay.ts',
    replace: 'asked = error.asked ?? asked;',
    by: '',
    testFile: forwarding,
    test: 'in a growth it comes back when the database that decides says that it is at home here',
  },
  {
    name: 'forwards-die-of-older-code',
    fault:
      'What belongs to a database that was added a moment ago spends its attempts on older code.',
    file: 'functions/spread/forward-fates.ts',
    replace: 'error instanceof NoSuchDatabase || this.#isAway(error, database)',
    by: 'this.#isAway(error, database)',
    testFile: forwarding,
    test: 'because this code does not know the database yet waits, too',
  },
  {
    name: 'stages-overtake-the-other-database',
    fault: 'Of a group that has moved two members are handled at once, one in each database.',
    file: 'functions/sqs/stages.ts',
    replace: '(before.database === database ? 0 : 1)',
    by: '0',
    testFile: 'test/functions/sqs/stages.test.ts',
    test: 'what has moved waits for what is before it in the other database, and nobody else does',
  },
  {
    name: 'stages-go-on-behind-a-failure',
    fault:
      'A member of a group is handled in the other database although the one before it has failed.',
    file: 'functions/sqs/in-stages.ts',
    replace: 'if (!acknowledged.has(record.key)) stopped.add(lineOf(record));',
    by: 'if (!acknowledged.has(record.key)) stopped.has(lineOf(record));',
    testFile: 'test/functions/sqs/several-databases.test.ts',
    test: 'gives back all behind one that has failed, without an attempt spent',
  },
  {
    name: 'straight-counts-the-stored-alone',
    fault: 'A caller is told to mend another message of the request than the one that is wrong.',
    file: 'functions/http/enqueue/store-or-send.ts',
    replace: 'index: all.indexOf(refused)',
    by: 'index: some.indexOf(refused)',
    testFile: 'test/functions/http/enqueue/straight-way.test.ts',
    test: 'what Postgres refuses keeps all others from being sent',
  },
];
