import type { Mutation } from '../mutation.ts';

const endChord = 'migrations/routines/chords/internal/end_chord.sql';
const storeMembers = 'migrations/routines/chords/internal/store_members.sql';
const chordTest = 'test/migrations/routines/chords/chord.test.ts';
const movesTest = 'test/migrations/routines/chords/chord-moves.test.ts';
const racesTest = 'test/migrations/routines/chords/chord-races.test.ts';

/** Sets of messages with an end. */
export const chords: readonly Mutation[] = [
  {
    name: 'chord-ends-beside-who-adds',
    fault: 'A chord ends, and is followed, while a transaction that is open adds a member.',
    file: endChord,
    replace: 'c.ended_at is null for update skip locked;',
    by: 'c.ended_at is null for no key update skip locked;',
    testFile: racesTest,
    test: 'a sweep leaves a chord open to which a transaction is adding, and waits for nobody',
  },
  {
    name: 'chord-joined-without-a-lock',
    fault: 'Who adds a member at the moment of the end is told that it has joined.',
    file: storeMembers,
    replace: '    for key share\n',
    by: '',
    testFile: racesTest,
    test: 'who adds while a sweep ends the chord waits for it, and comes too late',
  },
  {
    name: 'chord-sweep-that-waits',
    fault: 'A drain waits for another one that sweeps the same chord.',
    file: 'migrations/routines/chords/internal/count_members.sql',
    replace: '  for no key update skip locked;\n',
    by: '  for no key update;\n',
    testFile: racesTest,
    test: 'two sweeps of one chord do not wait for each other, and one of them ends it',
  },
  {
    name: 'chord-that-passes-by-a-late-member',
    fault: 'A member whose id is older than what was counted is not waited for.',
    file: 'migrations/routines/chords/internal/count_members.sql',
    replace: '      has_begun_anew := true;\n',
    by: "      return 'counted';\n",
    testFile: chordTest,
    test: 'comes after the counts, though his id is of before them',
  },
  {
    name: 'chord-ends-before-a-redriven-member',
    fault: 'A chord is followed while a member that was redriven is on its way again.',
    file: endChord,
    replace: 'm.chord_id = end_chord.chord_id and m.dead > 0\n',
    by: 'm.chord_id = end_chord.chord_id and m.dead > 999\n',
    testFile: chordTest,
    test: 'waits for a dead member that was counted, and redriven since',
  },
  {
    name: 'chord-member-beside-a-move',
    fault:
      'A message joins a chord for a queue that moves to SQS at that moment, and the chord is open for ever.',
    file: 'migrations/routines/chords/internal/refuse_as_members.sql',
    replace: '  order by q.id\n  for key share;',
    by: '  order by q.id;',
    testFile: movesTest,
    test: 'who adds a member beside a move waits for it, and is refused',
  },
  {
    name: 'chord-move-that-waits-for-nobody',
    fault:
      'A queue moves to SQS beside a transaction that adds a member, and the chord is open for ever.',
    file: 'migrations/routines/chords/internal/refuse_moves.sql',
    replace: '    for update of q\n',
    by: '',
    testFile: movesTest,
    test: 'who adds a member and has not committed is waited for',
  },
  {
    name: 'chord-repeated-with-fewer',
    fault:
      "A call that has lost some of a chord's messages is told that it is the one that made it.",
    file: 'migrations/routines/chords/internal/is_repeated_chord.sql',
    replace: '      and c.made_of = millrace.ids_hash(messages)\n',
    by: '',
    testFile: 'test/migrations/routines/chords/chord-repeats.test.ts',
    test: 'is refused with fewer messages, also where one that has joined makes up for them',
  },
];
