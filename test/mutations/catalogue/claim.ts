import type { Mutation } from '../mutation.ts';

const testFile = 'test/migrations/routines/claim/claim.test.ts';
const gatheredTest = 'test/migrations/routines/parcels/gathered.test.ts';
const file = 'migrations/routines/claim/internal/claim_fresh.sql';

/** Claims and leases. */
export const claim: readonly Mutation[] = [
  {
    name: 'claim-waits-for-other-claims',
    fault: 'Consumers of one queue wait for each other instead of taking the next rows.',
    file,
    replace: 'for update skip locked',
    by: 'for update',
    testFile,
    test: 'passes over what another consumer is claiming at the moment',
  },
  {
    name: 'claim-takes-leased-rows',
    fault: 'A delivery that another consumer works on is handed out a second time.',
    file,
    replace: '        and d.lease_expires_at is null\n',
    by: '',
    testFile,
    test: 'leaves what is scheduled, blocked, leased or lost by its consumer',
    isQuick: true,
  },
  {
    name: 'claim-spends-no-attempt',
    fault: 'Attempts are not counted, so a poisonous message never becomes a dead letter.',
    file,
    replace: 'attempt = d.attempt + 1',
    by: 'attempt = d.attempt',
    testFile,
    test: 'leases what it takes for the lease time of the queue, under the token',
    error: 'lease_is_an_attempt',
  },
  {
    name: 'claim-forgets-order-within-a-level',
    fault: 'Messages are handed out in the order of their rows and not in that of their due times.',
    file,
    replace: '      order by d.available_at, d.sequence\n',
    by: '      order by d.sequence\n',
    testFile,
    test: 'gives by priority, then by time due, then in enqueue order: %i at a time',
  },
  {
    name: 'claim-gathers-what-is-replayed',
    fault: 'A message that two operators replay at once is live twice, in a parcel and beside it.',
    file,
    replace: 'd.attempt = 0 and d.kib is not null and',
    by: 'd.attempt = 0 and',
    testFile: gatheredTest,
    test: 'gathers nothing %s',
  },
  {
    name: 'part-forgets-places',
    fault: 'What a claim has gathered and given back comes after what was enqueued later.',
    file: 'migrations/routines/parcels/internal/part.sql',
    replace: "coalesce(m.sequence, nextval('millrace.delivery_sequence_seq'))",
    by: "nextval('millrace.delivery_sequence_seq')",
    testFile: gatheredTest,
    test: 'parted, each has the row that it would have had',
  },
  {
    name: 'claim-of-a-paused-queue',
    fault: 'Pausing a queue does not stop its consumers.',
    file: 'migrations/routines/claim/claim.sql',
    replace: ' and not q.is_paused;',
    by: ';',
    testFile,
    test: 'gives nothing of a paused queue until it is resumed',
  },
  {
    name: 'extend-without-token',
    fault: 'A consumer that lost its lease keeps the new owner from ever losing theirs.',
    file: 'migrations/routines/claim/extend.sql',
    replace: '      and d.lease_token = l.token\n',
    by: '',
    testFile: 'test/migrations/routines/settle/settle.test.ts',
    test: 'extends the leases that are held and names them',
  },
  {
    name: 'extend-of-released-deliveries',
    fault: 'A delivery that was released gets a lease that nobody holds.',
    file: 'migrations/routines/claim/extend.sql',
    replace: '      and d.lease_expires_at is not null\n',
    by: '',
    testFile: 'test/migrations/routines/settle/settle.test.ts',
    test: 'does not extend what was released',
    error: 'lease_is_an_attempt',
  },
  {
    name: 'survey-forgets-old-transactions',
    fault:
      'A message whose transaction was open during a survey is not seen by the same drain any more.',
    file: 'migrations/routines/claim/survey.sql',
    replace: 'when is_quiet then',
    by: 'when true then',
    testFile: 'test/migrations/routines/claim/survey.test.ts',
    test: 'stays at the start while anybody writes, for that may be an older message',
  },
];
