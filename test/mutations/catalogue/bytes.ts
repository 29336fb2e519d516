import type { Mutation } from '../mutation.ts';

const claimFresh = 'migrations/routines/claim/internal/claim_fresh.sql';
const bytesTest = 'test/migrations/routines/claim/claim-bytes.test.ts';
const leaseParcels = 'migrations/routines/claim/internal/lease_parcels.sql';
const parcelsTest = 'test/migrations/routines/parcels/claim-parcels.test.ts';
const limitsTest = 'test/queue/declare/payload-limits.test.ts';

/** How much of what a claim brings, and a payload has. */
export const bytes: readonly Mutation[] = [
  {
    name: 'claim-without-a-bound-on-bytes',
    fault: 'A batch of large messages fills the memory of its consumer.',
    file: claimFresh,
    replace:
      'when found_ones.kib > millrace.most_claim_kib() then millrace.rows_within(found_ones.kibs)',
    by: 'when false then 0',
    testFile: bytesTest,
    test: 'takes as many messages as 4 MiB have room for',
  },
  {
    name: 'claim-measures-what-it-knows',
    fault: 'Every claim takes large payloads out of their compressed pieces to find their sizes.',
    file: claimFresh,
    replace: 'coalesce(d.kib, millrace.stored_kib(d.message_id)) as kib',
    by: 'millrace.stored_kib(d.message_id) as kib',
    testFile: bytesTest,
    test: 'never reads the messages that it does not take',
  },
  {
    name: 'claim-ends-at-parcels-of-others',
    fault: 'Beside other consumers, claims of large messages bring a part of what fits.',
    file: leaseParcels,
    replace: '        is_cut := false;\n',
    by: '',
    testFile: parcelsTest,
    test: 'takes 4 MiB of what is behind the parcels that others are claiming',
  },
  {
    name: 'claim-takes-parcels-to-be-of-ten',
    fault: 'A claim of small parcels looks for the next ones again and again.',
    file: leaseParcels,
    replace: 'least(20, (max_count - members + next.counts[fitting] - 1) / next.counts[fitting])',
    by: '(max_count - members + 9) / 10',
    testFile: parcelsTest,
    test: 'looks twice for parcels of three messages that are as many as fit',
  },
  {
    name: 'large-messages-pass-for-a-distance',
    fault: 'A drain of large messages opens nine connections, most of which find nothing.',
    file: 'queue/drain/figures.ts',
    replace: 'if (!opensConnection && !areLarge(answer.deliveries.length, answer.kib)) {',
    by: 'if (!opensConnection) {',
    testFile: 'test/queue/drain/figures.test.ts',
    test: 'what calls take that bring large messages is no distance',
  },
  {
    name: 'refused-answer-ends-the-drain',
    fault: 'What a proxy does not let pass is left under its lease, and claimed so again.',
    file: 'queue/routines/settle-and-claim-in-parts.ts',
    replace: '    if (!isRefusedAnswer || exchange.wanted === 0) throw error;',
    by: '    if (isRefusedAnswer || exchange.wanted === 0) throw error;',
    testFile: 'test/queue/drain/too-large.test.ts',
    test: 'is asked for in halves, and every message is handled once',
    error: 'response is too large',
  },
  {
    name: 'payloads-measured-as-they-are-stored',
    fault: 'A few kilobytes of numbers come out as gigabytes of digits.',
    file: 'migrations/routines/enqueue/internal/payload_bytes.sql',
    replace: 'then 2147483647\n',
    by: 'then 4097\n',
    testFile: limitsTest,
    test: '%s is refused before it is written out',
  },
  {
    name: 'levels-without-end',
    fault: 'A payload is stored that overflows the stack of whoever walks through it.',
    file: 'migrations/routines/enqueue/internal/is_too_deep.sql',
    replace: '.**{100}',
    by: '.**{1000}',
    testFile: limitsTest,
    test: '%s is refused',
  },
  {
    name: 'numbers-are-rounded-in-silence',
    fault: 'A handler gets another identifier than the producer has sent.',
    file: 'migrations/routines/enqueue/internal/has_inexact_number.sql',
    replace: 'else n::numeric::double precision::text::numeric <> n::numeric',
    by: 'else false',
    testFile: limitsTest,
    test: '%s is refused',
  },
  {
    name: 'first-claim-knows-no-size',
    fault:
      'The first claim of large messages brings them as one text of 4 MiB, which is copied five times.',
    file: 'queue/drain/drain-invocation.ts',
    replace: '      known.pace.surveyed(kibEach);\n',
    by: '',
    testFile: 'test/queue/routines/messages-in-rows.test.ts',
    test: 'a drain asks for rows from its first claim on when messages are large',
  },
  {
    name: 'payload-throws-past-its-result',
    fault: 'A payload that throws when it is looked at ends the process, with all that it holds.',
    file: 'queue/handle/handle.ts',
    replace:
      '    return run.deliveries.map((claim) => failed({ claim, ms: run.elapsedMs }, error));\n  };',
    by: '    throw error;\n  };',
    testFile: 'test/queue/handle/stored-payloads.test.ts',
    test: 'that cannot be looked through ends as one, with %s',
  },
];
