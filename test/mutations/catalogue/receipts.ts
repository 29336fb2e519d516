import type { Mutation } from '../mutation.ts';

const internal = 'migrations/routines/receipts/internal';
const settledDone = `${internal}/settle_received_done.sql`;
const settleReceived = 'migrations/routines/receipts/settle_received.sql';
const tests = 'test/migrations/routines/receipts';
const receiveTest = `${tests}/receive.test.ts`;
const suspectsTest = `${tests}/suspects-of-sqs.test.ts`;
const settleTest = `${tests}/settle-received.test.ts`;
const settleDoneTest = `${tests}/settle-received-done.test.ts`;

/** What the database remembers of deliveries that SQS carries. */
export const receipts: readonly Mutation[] = [
  {
    name: 'receipt-held-stops-its-batch',
    fault:
      'An operator who leaves a transaction open keeps all that SQS brings with his message from being recorded.',
    file: 'queue/routines/held-by-others.ts',
    replace: 'outcomeOf(call([item]))',
    by: 'outcomeOf(item ? Promise.reject(first) : call([item]))',
    testFile: 'test/queue/receive/held.test.ts',
    test: 'while an operator has one, the others of its batch are taken, settled and buried, and it comes back',
  },
  {
    name: 'receipt-done-without-fence',
    fault: 'A copy that simply succeeds ends a delivery while another consumer is at work on it.',
    file: settledDone,
    replace:
      '(r.lease_token is null or (r.lease_token = settle_received_done.token and r.lease_expires_at is not null))',
    by: 'true',
    testFile: settleDoneTest,
    test: 'each counts by its own receipt: leased, held, ended, begun or none',
  },
  {
    name: 'receipt-done-of-an-earlier-round',
    fault:
      'A late copy ends what was sent round again on purpose, and the new copy is not handled.',
    file: settledDone,
    replace: 'r.round = i.round and r.ended_at is null',
    by: 'r.ended_at is null',
    testFile: `${tests}/rounds.test.ts`,
    test: 'a redrive begins the next round, with all attempts before it',
  },
  {
    name: 'receipt-done-made-backwards',
    fault: 'Two calls that bring the same two copies wait for each other.',
    file: settledDone,
    replace: '    order by i.id\n',
    by: '    order by i.id desc\n',
    testFile: settleDoneTest,
    test: 'receipts of what is %s are locked in the order of ids',
  },
  {
    name: 'receipt-done-locked-backwards',
    fault: 'Two calls that bring the same two copies with a lease wait for each other.',
    file: settledDone,
    replace: '        order by e.id\n',
    by: '        order by e.id desc\n',
    testFile: settleDoneTest,
    test: 'receipts of what is %s are locked in the order of ids',
  },
  {
    name: 'receipt-failure-without-fence',
    fault: 'An attempt that failed is counted again by each repeated call, until it is dead.',
    file: `${internal}/settle_receipts.sql`,
    replace:
      '(k.lease_token is null or (k.lease_token = settle_receipts.token and k.lease_expires_at is not null))',
    by: 'true',
    testFile: settleTest,
    test: 'a retry waits for its delay, which the answer tells, and a repeated one, too',
  },
  {
    name: 'receipt-follow-ups-of-a-copy',
    fault: 'Each copy that is handled beside another one stores its follow-ups again.',
    file: settleReceived,
    replace: 'array(select s.position from unnest(settled) as s)',
    by: 'array(select generate_series(1::bigint, jsonb_array_length(items)))',
    testFile: settleTest,
    test: 'the follow-ups of what is done are stored with it, once',
  },
  {
    name: 'receipt-takes-first-copies-twice',
    fault: 'With once, a copy is handled although another one has ended.',
    file: `${internal}/receive_first.sql`,
    replace: 'return case when made = cardinality(ids) then answer end;',
    by: 'return answer;',
    testFile: receiveTest,
    test: 'acknowledges what is %s',
  },
  {
    name: 'receipt-takes-what-comes-again-for-new',
    fault: 'A message that ends its process is handled beside nine others, which spend attempts.',
    file: 'migrations/routines/receipts/receive.sql',
    replace: "if not received @? '$[*] ? (@.count > 1)' then",
    by: 'if true then',
    testFile: receiveTest,
    test: 'knows a copy that comes again without a word of it as a suspect, and takes it alone',
  },
  {
    name: 'receipt-takes-suspects-among-others',
    fault: 'A message that has lost its lease ends its process again with nine others in it.',
    file: `${internal}/decided_copies.sql`,
    replace: "(s.state = 'suspect' and s.together >= nullif(in_group, 0))",
    by: "s.state = 'suspect'",
    testFile: receiveTest,
    test: 'knows what lost its lease as a suspect, takes it alone, and buries it when its attempts are used up',
  },
  {
    name: 'receipt-takes-suspects-in-any-group',
    fault: 'A message that has ended three processes takes the last attempts of nine others along.',
    file: `${internal}/decided_copies.sql`,
    replace: 's.together >= nullif(in_group, 0)',
    by: 'in_group > 0',
    testFile: suspectsTest,
    test: 'lets fewer suspects be together with each lease that they lose, and ends none by what was lost beside others',
  },
  {
    name: 'receipt-forgets-lost-leases',
    fault:
      'After each crash all ten of a batch are together again, until all have lost their attempts.',
    file: 'migrations/routines/receipts/receive.sql',
    replace: 'lost_leases = d.lost_leases, kept_until',
    by: 'lost_leases = null, kept_until',
    testFile: suspectsTest,
    test: 'lets fewer suspects be together with each lease that they lose, and ends none by what was lost beside others',
  },
  {
    name: 'receipt-released-suspect-is-trusted',
    fault:
      'A message that ends its process is handled beside fresh ones after an invocation without time.',
    file: `${internal}/settle_receipts.sql`,
    replace: 'then r.lost_leases end',
    by: 'then null::smallint end',
    testFile: settleTest,
    test: 'a release gives back what was taken, with its attempt, and a suspect as a suspect',
  },
  {
    name: 'receipt-round-keeps-lost-leases',
    fault: 'What an operator has sent round again is suspected of what it did before.',
    file: `${internal}/begin_rounds.sql`,
    replace: 'lost_leases = null, kept_until',
    by: 'kept_until',
    testFile: suspectsTest,
    test: 'knows nothing bad of what is sent round again',
  },
  {
    name: 'receipt-repeated-receive-spends',
    fault: 'A call for leases whose answer was lost spends an attempt each time it is made again.',
    file: `${internal}/copy_states.sql`,
    replace: "when r.lease_token = copy_states.token then 'mine'",
    by: "when r.lease_token = copy_states.token then 'free'",
    testFile: receiveTest,
    test: 'answers the same, and holds the same, when the call is made again',
  },
  {
    name: 'receipt-release-spends',
    fault: 'What an invocation had no time to begin loses an attempt each time.',
    file: `${internal}/settle_receipts.sql`,
    replace: 'then r.attempts - 1',
    by: 'then r.attempts',
    testFile: settleTest,
    test: 'a release gives back what was taken, with its attempt, and a suspect as a suspect',
  },
  {
    name: 'receipt-buries-what-is-done',
    fault: 'What SQS could not delete and gives up at last is a dead letter, although it is done.',
    file: 'migrations/routines/receipts/bury_received.sql',
    replace: 'filter (where r.round < c.round or (r.round = c.round and r.ended_at is null))',
    by: 'filter (where r.round <= c.round)',
    testFile: `${tests}/bury-received.test.ts`,
    test: 'what is done, dead or superseded is not buried',
  },
  {
    name: 'receipt-leaves-delivery-to-relay',
    fault: 'What is redriven while a relay has it is settled as relayed, and never sent again.',
    file: `${internal}/begin_rounds.sql`,
    replace: '  perform millrace.take_back(in_queue, ids);\n',
    by: '',
    testFile: `${tests}/receipt-races.test.ts`,
    test: 'a redrive takes what a relay has just claimed, as one of %i',
  },
  {
    name: 'receipt-goes-by-the-producers-clock',
    fault:
      'A message of a producer whose clock is ahead seems to be in SQS for as long as it is ahead.',
    file: `${internal}/store_received_messages.sql`,
    replace: "(statement_timestamp() - interval '1 ms')",
    by: "('infinity'::timestamptz)",
    testFile: settleDoneTest,
    test: 'what a producer with a fast clock has sent has ended once it has',
  },
  {
    name: 'receipt-resends-what-is-in-order',
    fault: 'A member of a group that has to wait for long is overtaken by those behind it.',
    file: `${internal}/received_results.sql`,
    replace: "if queue_row.engine = 'sqs-fifo' and ",
    by: 'if false and ',
    testFile: `${tests}/rounds.test.ts`,
    test: 'what SQS keeps in order is not resent, and nothing of the call is settled',
  },
];
