import type { Mutation } from '../mutation.ts';

const tokenFile = 'functions/http/status-token.ts';
const tokenTest = 'test/functions/http/status-token.test.ts';
const refusals =
  'a token of another message, an expired, a forged and a cut one are refused, each by its name';
const resultsTest = 'test/queue/handle/results.test.ts';
const lateProgressTest = 'test/queue/handle/late-progress.test.ts';

/** What those who have enqueued a message may see of it, and what its handler tells them. */
export const watch: readonly Mutation[] = [
  {
    name: 'watch-expired-tokens',
    fault: 'A token that was leaked once opens its message for ever.',
    file: tokenFile,
    replace: "now < signed.readUIntBE(0, secondsBytes) * 1000 ? undefined : 'expired'",
    by: "now < signed.readUIntBE(0, secondsBytes) * 1e6 ? undefined : 'expired'",
    testFile: tokenTest,
    test: refusals,
  },
  {
    name: 'watch-foreign-tokens',
    fault: 'Whoever has enqueued one message may look at all of them.',
    file: tokenFile,
    replace: "if (ofId !== id.toLowerCase().replaceAll('-', '')) return 'foreign';",
    by: "if (ofId.length !== idBytes * 2) return 'foreign';",
    testFile: tokenTest,
    test: refusals,
  },
  {
    name: 'watch-result-of-a-stale-lease',
    fault: 'A consumer that lost its lease is heard when it comes with a result.',
    file: 'migrations/routines/settle/internal/settle_each.sql',
    replace: '    where d.lease_token = r.token\n      -- A',
    by: '    where (d.lease_token = r.token or r.result is not null)\n      -- A',
    testFile: resultsTest,
    test: 'the result of who has lost the lease is not kept',
  },
  {
    name: 'watch-progress-of-the-attempt-before',
    fault: 'After a snooze a message seems to be nearly done that has only begun.',
    file: 'migrations/routines/operate/internal/progress_of.sql',
    replace: " and (d.progress ->> 'token')::uuid = d.lease_token",
    by: '',
    testFile: lateProgressTest,
    test: 'who has lost the lease by a %s changes nothing, and the next attempt begins without progress',
  },
];
