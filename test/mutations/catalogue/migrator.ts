import type { Mutation } from '../mutation.ts';

const routinesTest = 'test/migrations/apply-routines.test.ts';
const tablesTest = 'test/migrations/apply-tables.test.ts';

/** What a deployment does to the database. */
export const migrator: readonly Mutation[] = [
  {
    name: 'migrations-do-not-take-turns',
    fault: 'Two deployments at once apply the same table file.',
    file: 'migrations/migrate.ts',
    replace: "pg_advisory_lock(hashtextextended('millrace.migrate', 0))",
    by: "hashtextextended('millrace.migrate', 0)",
    testFile: tablesTest,
    test: 'is run by several at once on an empty database, once in effect',
  },
  {
    name: 'changed-table-files-pass',
    fault: 'An edited table file is skipped in silence, and databases differ from then on.',
    file: 'migrations/apply-tables.ts',
    replace: 'applied !== undefined && applied !== checksum',
    by: 'false',
    testFile: tablesTest,
    test: 'refuses a table file that has changed since it was applied, and applies nothing',
  },
  {
    name: 'rollbacks-migrate',
    fault:
      'The migration of a rollback writes older routines and declarations over the newer ones.',
    file: 'migrations/migrate.ts',
    replace: 'if (newer.length > 0) {',
    by: 'if (newer.length > 1000) {',
    testFile: 'test/migrations/older-checkout.test.ts',
    test: 'changes nothing in a database that a newer release has migrated, and says so',
  },
  {
    name: 'unused-routines-are-dropped-at-once',
    fault: 'A deployment takes a routine from under the older code that runs while it lasts.',
    file: 'migrations/routine-changes.ts',
    replace: 'isUnused(stateOf(routine)) && stateOf(routine) !== unusedMark',
    by: 'stateOf(routine) !== gone',
    testFile: routinesTest,
    test: 'stays for the code that runs during the deployment and after a rollback',
  },
  {
    name: 'rollbacks-of-routines-migrate',
    fault: 'A rollback to a release with the same tables drops what only the newer one has.',
    file: 'migrations/newer-release.ts',
    replace: 'if (newerTables.length === 0 && (hasNews || isOfOlder)) return [];',
    by: 'if (newerTables.length === 0) return [];',
    testFile: 'test/migrations/older-checkout.test.ts',
    test: 'is known by a routine that it lacks, when the tables are the same',
  },
  {
    name: 'rolled-back-routines-stay-unused',
    fault: 'The release after a rollback drops what the code that runs calls.',
    file: 'migrations/migrate.ts',
    replace: '    await keepInUse(session, own.routines, ledger);\n',
    by: '',
    testFile: 'test/migrations/older-checkout.test.ts',
    test: 'has a routine back that the newer code did not use, and the next release keeps it',
    error: 'function millrace.probe() does not exist',
  },
  {
    name: 'new-routines-are-public',
    fault: 'Every role may execute a routine that is new.',
    file: 'migrations/apply-routines.ts',
    replace: "await revokeAll(session, routine, ['public']);",
    by: '{}',
    testFile: 'test/migrations/routines/roles.test.ts',
    test: 'lets a producer enqueue and see nothing',
  },
  {
    name: 'grants-are-never-taken-back',
    fault: 'A role keeps a right that the routine no longer gives.',
    file: 'migrations/apply-routines.ts',
    replace: 'for (const routine of before) await revokeAll(session, routine, roles);',
    by: '',
    testFile: routinesTest,
    test: 'takes a grant back that its file no longer gives',
  },
  {
    name: 'routines-are-applied-one-by-one',
    fault: 'A deployment that fails in the middle leaves half of a release behind.',
    file: 'migrations/apply-routines.ts',
    replace: '    for (const file of changed) await applyFile(session, file);\n',
    by: `    for (const file of changed) {
      await applyFile(session, file);
      await session.script('commit; begin; set local check_function_bodies = off');
    }\n`,
    testFile: routinesTest,
    test: 'changes no routine at all when one of them fails, and names it',
  },
  {
    name: 'subscriptions-of-the-release-before',
    fault: 'A type that is no longer declared goes on being enqueued and delivered.',
    file: 'migrations/routines/operate/sync.sql',
    replace: '  delete from millrace.subscription;\n',
    by: '',
    testFile: 'test/migrations/routines/operate/sync.test.ts',
    test: 'changes nothing the second time',
    error: 'duplicate key',
  },
  {
    name: 'databases-in-one-snapshot-are-migrated',
    fault:
      'A database whose transactions are above read committed by default is found by its first group.',
    file: 'migrations/migrate.ts',
    replace: '  await requireReadCommitted(session);\n',
    by: '',
    testFile: 'test/migrations/read-committed.test.ts',
    test: 'a migration refuses a database at %s and says how to mend it',
  },
  {
    name: 'queue-ids-run-out',
    fault: 'After 32,767 deployments none succeeds any more.',
    file: 'migrations/routines/operate/internal/sync_queues.sql',
    replace:
      'from generate_series(1, (select count(*) from millrace.queue) + jsonb_array_length(declared)) as n(id)',
    by: 'from generate_series((select max(q.id) + 1 from millrace.queue q), 32767) as n(id)',
    testFile: 'test/migrations/routines/operate/sync.test.ts',
    test: 'is to be had where older releases have used them up',
    error: 'null value in column "id"',
  },
];
