import type { Mutation } from '../mutation.ts';

const enqueueTest = 'test/queue/produce/enqueue.test.ts';
const connectionTest = 'test/queue/produce/connection.test.ts';
const connection = 'queue/produce/connection.ts';

/** Producers that enqueue on a connection of their own. */
export const produce: readonly Mutation[] = [
  {
    name: 'producer-does-not-check-payloads',
    fault: 'A payload that does not fit is stored, and becomes a dead letter in the night.',
    file: 'queue/produce/enqueue.ts',
    replace: 'await requirePayloads(messages);',
    by: 'void requirePayloads;',
    testFile: enqueueTest,
    test: 'a refusal by the schema leaves the transaction open',
  },
  {
    name: 'producer-sets-lock-timeout',
    fault: "The application's own statements behind an enqueue fail after two seconds of waiting.",
    file: connection,
    replace: "$4::text::json)::text as enqueued'",
    by: "$4::text::json)::text from set_config(\\'lock_timeout\\', \\'2s\\', true)'",
    testFile: enqueueTest,
    test: '%s leaves the settings of the transaction as they are',
  },
  {
    name: 'producer-sets-lock-timeout-for-options',
    fault: 'The same, where a message has options.',
    file: connection,
    replace: "$1::text::jsonb)::text as enqueued'",
    by: "$1::text::jsonb)::text from set_config(\\'lock_timeout\\', \\'2s\\', true)'",
    testFile: enqueueTest,
    test: '%s leaves the settings of the transaction as they are',
  },
  {
    name: 'producer-sends-json-as-json',
    fault: 'postgres.js encodes the messages a second time.',
    file: connection,
    replace: 'payloads}::text::json',
    by: 'payloads}::json',
    testFile: connectionTest,
    test: 'postgres.js as it comes, a message %s',
    error: 'payloads must be a JSON array',
  },
  {
    name: 'producer-sends-options-as-json',
    fault: 'The same, where a message has options.',
    file: connection,
    replace: 'messages}::text::jsonb',
    by: 'messages}::jsonb',
    testFile: connectionTest,
    test: 'postgres.js as it comes, a message %s',
    error: 'must be a JSON array',
  },
  {
    name: 'producer-reads-json-as-the-library-does',
    fault: 'Who has set a parser of JSON in the library gets what that makes of the answer.',
    file: connection,
    replace: 'payloads}::text::json)::text as enqueued`',
    by: 'payloads}::text::json) as enqueued`',
    testFile: connectionTest,
    test: 'postgres.js with columns and JSON of its own',
    error: 'is not valid JSON',
  },
  {
    name: 'producer-overlooks-refusals-in-prisma',
    fault: "A full queue is an unknown error of Prisma's.",
    file: 'queue/produce/refusal-within.ts',
    replace: 'cause ?? meta ?? driverAdapterError',
    by: 'cause',
    testFile: 'test/queue/produce/libraries.test.ts',
    test: 'a type that the database does not know is refused',
  },
  {
    name: 'producer-shares-payloads-with-the-caller',
    fault: 'A payload that was changed since cannot be repeated, or is stored unchecked.',
    file: 'queue/produce/message.ts',
    replace: 'asStored(newMessage(type, payload, options))',
    by: '(asStored, newMessage(type, payload, options))',
    testFile: enqueueTest,
    test: 'may be repeated with the same messages, which are stored once and as they were made',
    error: 'the id is in use',
  },
];
