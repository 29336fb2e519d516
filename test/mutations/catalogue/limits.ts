import type { Mutation } from '../mutation.ts';

const giveBack = 'migrations/routines/limits/internal/give_back_places.sql';
const lockPlaces = 'migrations/routines/limits/internal/lock_places.sql';
const takePlaces = 'migrations/routines/limits/internal/take_places.sql';
const inFlightTest = 'test/migrations/routines/limits/in-flight.test.ts';
const rateTest = 'test/migrations/routines/limits/rate.test.ts';

/** Places in flight, starts of a rate, and depth. */
export const limits: readonly Mutation[] = [
  {
    name: 'places-given-back-beside-a-claim',
    fault:
      'A claim that waits for the bucket overwrites the starts that were given back meanwhile.',
    file: giveBack,
    replace: '      perform from millrace.queue q where q.id = queue_row.id for no key update;\n',
    by: '',
    testFile: rateTest,
    test: 'that is being given back is not forgotten by the claim that waits for it',
  },
  {
    name: 'places-given-back-by-anybody',
    fault:
      'A consumer that lost its lease frees the place of the one that works on the delivery now.',
    file: giveBack,
    replace: ' and f.lease_token = c.token;',
    by: ';',
    testFile: inFlightTest,
    test: 'is not given back by who has lost it',
  },
  {
    name: 'starts-given-back-twice',
    fault: 'A release that is repeated gives its start back again, and the rate is exceeded.',
    file: giveBack,
    replace: 'r.position = any (positions) and ',
    by: '',
    testFile: rateTest,
    test: 'comes back once, though the release is repeated',
  },
  {
    name: 'claims-with-limits-do-not-take-turns',
    fault:
      'Consumers that claim at the same moment count the same free places, and exceed the limit.',
    file: lockPlaces,
    replace: '  perform from millrace.queue q where q.id = queue_row.id for no key update;\n',
    by: '',
    testFile: inFlightTest,
    test: 'waits for one that is under way, and counts what that has taken',
  },
  {
    name: 'places-of-ended-leases',
    fault: 'A crashed consumer keeps its places for ever.',
    file: 'migrations/routines/limits/internal/free_places.sql',
    replace: ' and f.lease_expires_at > clock_timestamp()',
    by: '',
    testFile: inFlightTest,
    test: 'comes back when the lease of a crashed consumer ends',
  },
  {
    name: 'starts-beyond-the-burst',
    fault: 'A queue at rest saves up starts without end and then exceeds its rate.',
    file: 'migrations/routines/limits/internal/saved_starts.sql',
    replace: '        select least(\n',
    by: '        select greatest(\n',
    testFile: rateTest,
    test: 'gives what was saved up since, and never more than the burst',
  },
  {
    name: 'starts-not-written-down',
    fault: 'A rate limit holds nothing back.',
    file: takePlaces,
    replace: 'millrace.saved_starts(queue_row) - json_array_length(ids)',
    by: 'millrace.saved_starts(queue_row)',
    testFile: rateTest,
    test: 'gives the burst at first, and says when the next start is saved up',
  },
  {
    name: 'starts-left-over-are-lost',
    fault:
      'Whatever a claim leaves of the saved starts is forgotten, and a queue stays below its rate.',
    file: takePlaces,
    replace: 'do update set saved = excluded.saved, saved_at',
    by: 'do update set saved_at',
    testFile: rateTest,
    test: 'gives what was saved up since, and never more than the burst',
  },
  {
    name: 'depth-off-by-one',
    fault: 'A queue takes one message more than its depth limit.',
    file: 'migrations/routines/limits/internal/require_depth.sql',
    replace: '  end > q.max_depth\n',
    by: '  end > q.max_depth + 1\n',
    testFile: 'test/migrations/routines/limits/depth.test.ts',
    test: 'is taken up to the limit, and turned away beyond it as a whole',
  },
  {
    name: 'depth-counts-repeated-calls',
    fault:
      'An enqueue that is repeated because its answer was lost is turned away although it is stored.',
    file: 'migrations/routines/limits/internal/require_depth.sql',
    replace: ' and m.created_at = statement_timestamp()',
    by: '',
    testFile: 'test/migrations/routines/limits/depth.test.ts',
    test: 'answers an enqueue that is repeated, also when it has more than its limit by now',
    error: 'is full',
  },
];
