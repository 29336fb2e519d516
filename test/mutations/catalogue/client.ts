import type { Mutation } from '../mutation.ts';

/** What callers over HTTP count on. */
export const client: readonly Mutation[] = [
  {
    name: 'client-makes-a-key-for-each-try',
    fault: 'An enqueue whose answer was lost is stored a second time.',
    file: 'client/transport.ts',
    replace: '      ...call.headers,',
    by: "      ...call.headers, ...(body !== undefined && { 'idempotency-key': crypto.randomUUID() }),",
    testFile: 'test/client/repeats.test.ts',
    test: 'every repeat brings the key of the first try',
  },
  {
    name: 'client-repeats-a-purge',
    fault: 'A purge whose answer was lost empties more than was asked.',
    file: 'client/operate.ts',
    replace: 'isOnceOnly: true',
    by: 'isOnceOnly: false',
    testFile: 'test/client/repeats.test.ts',
    test: 'a purge says its queue again, and is made once',
  },
  {
    name: 'outbox-forgets-what-a-hotel-refuses',
    fault: 'A page of a network’s sign-in takes orders away.',
    file: 'client/outbox.ts',
    replace: "['other', 'idempotency-in-progress']",
    by: "['idempotency-in-progress']",
    testFile: 'test/client/outbox.test.ts',
    test: 'an answer that is not the API’s own refuses nothing',
  },
];
