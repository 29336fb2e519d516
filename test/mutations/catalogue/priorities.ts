import type { Mutation } from '../mutation.ts';

const wholePath = 'test/functions/sqs/priorities.test.ts';
const inSql = 'test/migrations/routines/receipts/priorities.test.ts';

export const priorities: readonly Mutation[] = [
  {
    name: 'priorities-all-go-to-one-class',
    fault: 'What is urgent waits on SQS behind all that came before it.',
    file: 'functions/sqs/sqs-relay.ts',
    replace: 'urls.of(queue, priority)',
    by: 'urls.of(queue)',
    testFile: wholePath,
    test: 'each message is relayed to the class of its priority, alone or enqueued with others',
  },
  {
    name: 'priorities-straight-to-one-class',
    fault: 'What is urgent and comes over HTTP waits on SQS behind all that came before it.',
    file: 'functions/sqs/straight-way.ts',
    replace: 'urls.of(queue, message.priority)',
    by: 'urls.of(queue)',
    testFile: 'test/functions/http/enqueue/straight-classes.test.ts',
    test: 'each goes to the class of its priority, which it has with it where it is not the usual one',
  },
  {
    name: 'priorities-hidden-in-another-class',
    fault: 'A retry of what is urgent comes back after the visibility timeout, whenever it is due.',
    file: 'functions/sqs-consumer.ts',
    replace: 'urls.at(arn)',
    by: 'urls.of(queue)',
    testFile: wholePath,
    test: 'each class is handled by the queue’s handlers, and a retry waits where it came from',
  },
  {
    name: 'priorities-move-the-usual-class',
    fault: 'The SQS queue of all messages that there are is another one once a class is added.',
    file: 'queue/declare/priority-classes.ts',
    replace: "ofMessage === classOf(priorities, usualPriority) ? ''",
    by: "priorities.length === 1 ? ''",
    testFile: 'test/queue/declare/priority-classes.test.ts',
    test: 'a message that gives none goes where it went before there were classes',
  },
  {
    name: 'priorities-unknown-of-parcels',
    fault: 'Urgent messages that were enqueued together are taken for usual ones.',
    file: 'migrations/routines/receipts/priorities.sql',
    replace: 'where p.lease_token = any (tokens)',
    by: 'where false and p.lease_token = any (tokens)',
    testFile: inSql,
    test: 'of parcels and of single deliveries are answered where they are not 5',
  },
  {
    name: 'priorities-lost-by-dead-letters',
    fault: 'What is redriven goes to the class of usual messages.',
    file: 'migrations/routines/receipts/internal/store_letters.sql',
    replace: 'millrace.priority_of(copies, l.position)',
    by: '5',
    testFile: inSql,
    test: 'a redrive keeps it: %j',
  },
  {
    name: 'priorities-lost-by-a-resend',
    fault: 'What has waited for long goes to the class of usual messages.',
    file: 'migrations/routines/receipts/internal/resend.sql',
    replace: 'millrace.priority_of(copies, s.position)',
    by: '5',
    testFile: inSql,
    test: 'what is resent keeps it: %j',
  },
  {
    name: 'priorities-of-a-neighbour',
    fault: 'What SQS gives up has the priority of another message of its batch.',
    file: 'migrations/routines/receipts/internal/bury_received_copies.sql',
    replace: '(g.position, g.message_id',
    by: '(1, g.message_id',
    testFile: inSql,
    test: 'a redrive keeps it: %j',
  },
];
