import type { Mutation } from '../mutation.ts';

const claimFair = 'migrations/routines/fairness/internal/claim_fair.sql';
const lastTurns = 'migrations/routines/fairness/internal/last_turns.sql';
const fairTest = 'test/migrations/routines/fairness/fair.test.ts';
const limitsTest = 'test/migrations/routines/fairness/key-limits.test.ts';
const pausedTest = 'test/migrations/routines/fairness/paused-keys.test.ts';

/** Each key has its turn, however much another one has waiting. */
export const fairness: readonly Mutation[] = [
  {
    name: 'turns-from-the-beginning',
    fault:
      'Who comes anew goes before all that waits, so that a line never ends while others come.',
    file: lastTurns,
    replace: `coalesce((millrace.turn_reached_before(in_queue, k.level, '0')).turn, origin) as reached`,
    by: 'origin as reached',
    testFile: fairTest,
    test: 'who comes anew goes behind the turn that was reached, and not before all who wait',
  },
  {
    name: 'turns-side-by-side',
    fault: 'A key has all of its messages in the next turn, and others wait for all of them.',
    file: lastTurns,
    replace: 'coalesce(last.turn, k.reached)',
    by: 'k.reached',
    testFile: fairTest,
    test: 'what a key sends goes behind all that it has waiting',
  },
  {
    name: 'turns-taken-by-many-at-once',
    fault: 'A key has as many messages in a turn as enqueues were under way at once.',
    file: claimFair,
    replace: 'order by n.sequence) > 1 as is_surplus',
    by: 'order by n.sequence) > 1000000 as is_surplus',
    testFile: fairTest,
    test: 'enqueues at the same moment give a key no more than its turns',
  },
  {
    name: 'claims-that-do-not-look-back',
    fault: 'Who comes beside a long line is found when the line has ended.',
    file: claimFair,
    replace: '(r.turn, r.sequence) < (l."availableAt", l.sequence), true) as is_earlier',
    by: 'false, true) as is_earlier',
    testFile: fairTest,
    test: 'who commits after claims have gone on is found by the same drain',
  },
  {
    name: 'turns-forgotten',
    fault: 'After an hour of rest a queue begins its turns anew, before those of whoever waits.',
    file: 'migrations/routines/fairness/internal/forget_turns.sql',
    replace: '> (r.turn, r.sequence)',
    by: '>= (r.turn, r.sequence)',
    testFile: fairTest,
    test: 'forgets where claims were long ago, but not where they are',
  },
  {
    name: 'fair-claim-is-not-found-again',
    fault: 'What a claim has taken whose answer was lost waits for the end of its lease.',
    file: 'migrations/routines/fairness/internal/turned_back.sql',
    replace: `interval '1 minute') as r`,
    by: `interval '0') as r`,
    testFile: fairTest,
    test: 'a claim that is repeated gives the same again, however far others have come',
  },
  {
    name: 'paused-key-held-back-after-its-resume',
    fault: 'What a claim was holding back while its key was resumed waits for ever.',
    file: 'migrations/routines/fairness/internal/paused_among.sql',
    replace: 'for share skip locked',
    by: '',
    testFile: pausedTest,
    test: 'a claim that is under way while its key is resumed leaves nothing behind',
  },
  {
    name: 'resumed-key-forgotten-early',
    fault: 'What somebody had hold of while its key was resumed waits for ever.',
    file: 'migrations/routines/fairness/internal/seat_resumed.sql',
    replace: 'elsif not exists (',
    by: 'elsif true or not exists (',
    testFile: pausedTest,
    test: 'somebody who has hold of what is held back keeps only that from going on',
  },
  {
    name: 'resumed-key-that-nobody-goes-on-with',
    fault:
      'What somebody had hold of when its key was resumed is held back until another message comes.',
    file: 'migrations/routines/claim/survey.sql',
    replace: 'perform millrace.seat_resumed(q.id)',
    by: 'perform q.id',
    testFile: pausedTest,
    test: 'what somebody has hold of while its key is resumed goes on when he has let go of it',
  },
  {
    name: 'held-back-in-no-order',
    fault: 'A key that is resumed has lost its order.',
    file: 'migrations/routines/fairness/internal/seat.sql',
    replace: 'order by s.available_at, s.sequence) as turn',
    by: 'order by s.sequence desc) as turn',
    testFile: pausedTest,
    test: 'a paused key is not claimed while others are, and goes on in its order when it is resumed',
  },
  {
    name: 'key-counted-without-its-lock',
    fault: 'Two claims at once give a key twice its limit.',
    file: 'migrations/routines/fairness/internal/lock_limited_keys.sql',
    replace: '      limit 1\n      for update skip locked',
    by: '      limit 1',
    testFile: limitsTest,
    test: 'a claim passes by what another one is counting, and finds it when that is over',
  },
  {
    name: 'place-given-away-beside-a-claim',
    fault: 'What a claim holds back while its place becomes free waits for ever.',
    file: 'migrations/routines/fairness/internal/seat_next.sql',
    replace: '      limit 1\n      for update\n',
    by: '      limit 1\n',
    testFile: limitsTest,
    test: 'a settle waits for a claim that counts what it ends, and its place is not lost',
  },
  {
    name: 'first-row-of-a-key-made-twice',
    fault: 'Two claims that meet a new key at once give it twice its limit.',
    file: 'migrations/routines/fairness/internal/lock_limited_keys.sql',
    replace: '      and l.version = 1\n',
    by: '      and l.version = 0\n',
    testFile: limitsTest,
    test: 'two claims that meet a new key at once count together',
  },
  {
    name: 'held-back-at-a-limit-without-an-order',
    fault: 'Who comes later overtakes what is held back of his key.',
    file: 'migrations/routines/fairness/internal/hold_back_at_limit.sql',
    replace: '      key.held_through\n        + interval',
    by: '      millrace.held_back_from()\n        + interval',
    testFile: limitsTest,
    test: 'what is held back goes on in its order, with who comes later behind it, and with the most urgent first',
  },
];
