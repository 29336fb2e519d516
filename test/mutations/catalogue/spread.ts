import type { Mutation } from '../mutation.ts';

const spreadRoutines = 'migrations/routines/spread';
const whereTheyBelong = `${spreadRoutines}/internal/where_members_belong.sql`;
const tests = 'test/migrations/routines/spread';
const placedTest = `${tests}/placed-enqueue.test.ts`;
const growingTest = `${tests}/growing.test.ts`;
const growthTest = 'test/functions/http/spread/growth.test.ts';
const deadForwardsTest = `${tests}/dead-forwards.test.ts`;
const keysTest = 'test/cli/commands/keys.test.ts';
/** What MR013 says. */
const refused = 'the message belongs to database';

/** One deployment over several databases, and how it grows. */
export const spread: readonly Mutation[] = [
  {
    name: 'spread-groups-not-held',
    fault: 'A producer sends a group on while another one adds to it: it lives in two databases.',
    file: whereTheyBelong,
    replace:
      'held := millrace.hold_groups(elsewhere, decided, case when is_refusing then 1000 else 100 end);',
    by: 'held := decided;',
    testFile: placedTest,
    test: 'two producers never part a group: while the first is at work, the second is told to come again',
    error: 'expected EnqueueRefused: the message belongs to da',
  },
  {
    name: 'spread-dead-letters-forgotten',
    fault: 'A group moves on, and what is dead of it lives again where it was.',
    file: `${spreadRoutines}/internal/lives_here.sql`,
    replace: `or q.engine = 'postgres' and exists (`,
    by: 'or false and exists (',
    testFile: placedTest,
    test: 'a dead letter keeps a group where it lives',
    error: refused,
  },
  {
    name: 'spread-asked-not-believed',
    fault: 'The new home and the old one of a group send its messages to each other for ever.',
    file: whereTheyBelong,
    replace: '(j.before is null or j.before = here.number or j.asked)',
    by: '(j.before is null or j.before = here.number)',
    testFile: placedTest,
    test: 'a group that rests is sent to its new home, which stores it when it hears that',
    error: refused,
  },
  {
    name: 'spread-nobody-is-asked',
    fault: 'A new home stores members of a group that still lives where it was.',
    file: whereTheyBelong,
    replace: '(j.before is null or j.before = here.number or j.asked)',
    by: '(j.before is null or true)',
    testFile: placedTest,
    test: 'its new home refuses it until it was let go',
  },
  {
    name: 'spread-stored-is-refused',
    fault:
      'A call whose answer was lost is sent to another database, and its message stored twice.',
    file: `${spreadRoutines}/internal/store_placed.sql`,
    replace: 'elsif exists (select from millrace.message m where m.id = elsewhere.id::uuid) then',
    by: 'elsif false then',
    testFile: placedTest,
    test: 'a call is answered again although its group has moved since',
    error: refused,
  },
  {
    name: 'spread-http-overtakes',
    fault: 'What HTTP sends later comes before what it has left to be sent on.',
    file: `${spreadRoutines}/internal/store_forwards.sql`,
    replace: `or l.options ->> 'place' is not null then true end`,
    by: `or l.options ->> 'place' is not null then null::boolean end`,
    testFile: placedTest,
    test: 'whoever does not know the new home leaves the message, and those behind it wait as well',
    error: refused,
  },
  {
    name: 'spread-http-behind-sql',
    fault:
      'While SQL producers go on, no message of HTTP reaches the new home: a growth never ends.',
    file: whereTheyBelong,
    replace: 'case when h.is_placed then behind_http else behind end',
    by: 'behind',
    testFile: placedTest,
    test: 'what SQL has left keeps nothing from going straight home over HTTP',
  },
  {
    name: 'spread-nothing-left-behind',
    fault: 'A request with a group that has moved and one that has not is refused.',
    file: 'functions/http/enqueue/store-in-place.ts',
    replace: 'const leave = keys.size > 1;',
    by: 'const leave = false;',
    testFile: growthTest,
    test: 'groups of one request are stored together where they lived, and what has moved is sent on in its order',
  },
  {
    name: 'spread-left-by-anybody',
    fault:
      'A database that does not decide on a group takes what is left, and later messages overtake it.',
    file: `${spreadRoutines}/internal/store_placed.sql`,
    replace: "w.is_decided_here and m.message @? '$.place ? (@.leave == true)' as is_left",
    by: "m.message @? '$.place ? (@.leave == true)' as is_left",
    testFile: placedTest,
    test: 'what has moved may be left with the database that decides, and with no other',
  },
  {
    name: 'spread-full-is-refused',
    fault: 'A database that is full refuses what another one has room for.',
    file: 'functions/http/enqueue/store-in-place.ts',
    replace: 'if (!isFull && !meansAway(error)) throw error;',
    by: 'if (!meansAway(error)) throw error;',
    testFile: growthTest,
    test: 'one that is full leaves to the other what any can take',
  },
  {
    name: 'spread-dead-forward-passed',
    fault:
      'A group goes on without a forward that ten consumers were killed with, in another order.',
    file: 'queue/routines/sync.ts',
    replace: 'deadBlocksGroup: true',
    by: 'deadBlocksGroup: false',
    testFile: deadForwardsTest,
    test: 'a group stays in order when ten consumers are killed with its first forward',
  },
  {
    name: 'spread-dead-forward-overtaken',
    fault: 'What HTTP sends later comes before what it has left and what has died meanwhile.',
    file: `${spreadRoutines}/internal/forwards_of.sql`,
    replace: 'where l.group_key = forwards_of.group_key',
    by: 'where false',
    testFile: deadForwardsTest,
    test: 'what HTTP sends later waits behind a dead forward of HTTP, and so does the end of the growth',
    error: refused,
  },
  {
    name: 'spread-dead-forward-left-behind',
    fault: 'A growth ends although what HTTP has left is dead: what comes later overtakes it.',
    file: `${spreadRoutines}/internal/left_of_growth.sql`,
    replace:
      'select l.message_id from millrace.dead_letter l where l.queue_id = millrace.elsewhere()',
    by: 'select null::uuid',
    testFile: deadForwardsTest,
    test: 'what HTTP sends later waits behind a dead forward of HTTP, and so does the end of the growth',
  },
  {
    name: 'spread-forward-forwarded',
    fault: 'A forward is forwarded back to where it came from, and passes there for delivered.',
    file: `${spreadRoutines}/enqueue_forwarded.sql`,
    replace: `'asked', asked, 'isForward', true)`,
    by: `'asked', asked)`,
    testFile: placedTest,
    test: 'waits behind those of its group that wait there, and is never forwarded once more',
  },
  {
    name: 'spread-placement-not-locked',
    fault: 'A growth ends beside a producer that goes by it, and its group lives in two databases.',
    file: `${spreadRoutines}/internal/is_spread.sql`,
    replace: '  lock table millrace.placement in row share mode;\n',
    by: '',
    testFile: growingTest,
    test: 'a growth does not end while a producer goes by it',
  },
  {
    name: 'spread-growth-ends-blindly',
    fault: 'A growth ends although a producer has added to a group while that was waited for.',
    file: `${spreadRoutines}/end_growth.sql`,
    replace:
      'lock table millrace.placement in exclusive mode;\n  left_here := millrace.left_of_growth();',
    by: 'lock table millrace.placement in exclusive mode;',
    testFile: growingTest,
    test: 'a growth that had nothing left is looked at again when producers have ended',
  },
  {
    name: 'spread-revoked-key-comes-back',
    fault: 'A key that an operator revokes while its owner rotates it goes on in some databases.',
    file: 'migrations/routines/operate/copy_api_key.sql',
    replace: 'when k.secret_hash in (excluded.secret_hash, excluded.older_hash) then least',
    by: 'when k.secret_hash = excluded.secret_hash then least',
    testFile: keysTest,
    test: 'a rotation does not give back what somebody revokes at the same moment',
  },
  {
    name: 'spread-key-made-in-some',
    fault: 'A key that not all databases have taken is in use in the first one, and nobody has it.',
    file: 'cli/reach/make-key.ts',
    replace: "await copyToAll(session, key.name, others);\n    await session.script('commit');",
    by: "await session.script('commit');\n    await copyToAll(session, key.name, others);",
    testFile: keysTest,
    test: 'while a database is away no key is made, and the same call helps later',
  },
];
