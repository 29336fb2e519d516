import type { Mutation } from '../mutation.ts';

const cover = 'test/queue/drain/cover.test.ts';
const nextWakeUp = 'test/queue/drain/next-wake-up.test.ts';
const words = 'test/migrations/routines/wake/cover.test.ts';
const api = 'test/functions/http/wake-ups.test.ts';

/** Somebody looks. */
export const wake: readonly Mutation[] = [
  {
    name: 'wake-gives-up-at-once',
    fault:
      'A drain ends while an enqueue that has its word is not committed: nobody looks after it.',
    file: 'migrations/routines/wake/give_up_cover.sql',
    replace: 'perform pg_advisory_xact_lock(millrace.cover_lock());',
    by: 'null;',
    testFile: words,
    test: 'a drain that gives up waits for an enqueue that has its word, and sees what it has stored',
  },
  {
    name: 'wake-believes-who-gives-up',
    fault: 'An enqueue relies on a drain that is giving up at this moment.',
    file: 'migrations/routines/wake/internal/ask_wake_up.sql',
    replace: 'return true;',
    by: 'return false;',
    testFile: words,
    test: 'a drain that gives up waits for an enqueue that has its word, and sees what it has stored',
  },
  {
    name: 'wake-looks-no-more',
    fault: 'What was stored on the word of a drain while it gave up waits for the next tick.',
    file: 'queue/drain/cover.ts',
    replace: '    await this.giveUp();\n    return look();',
    by: '    await this.giveUp();\n    return undefined;',
    testFile: cover,
    test: 'what comes while a drain lingers, or gives up, is handled by it',
  },
  {
    name: 'wake-arms-nothing-at-the-end',
    fault: 'Where no tick comes, what a drain leaves delayed waits for the backstop.',
    file: 'queue/drain/drain-invocation.ts',
    replace: '  await armNext(state, last);\n',
    by: '',
    testFile: nextWakeUp,
    test: 'a drain that has work arms for the case that it dies, and at its end for what is due next',
  },
  {
    name: 'wake-arms-nothing-for-safety',
    fault: 'Where no tick comes, what a dying drain held waits for the backstop.',
    file: 'queue/drain/drain-invocation.ts',
    replace: ', armForSafety(state, first)]',
    by: ']',
    testFile: nextWakeUp,
    test: 'a drain that has work arms for the case that it dies, and at its end for what is due next',
  },
  {
    name: 'wake-forgets-leases',
    fault: 'A crashed consumer’s deliveries are looked at an hour after their lease has ended.',
    file: 'migrations/routines/wake/internal/queue_due_at.sql',
    replace: 'select greatest(d.lease_expires_at, statement_timestamp()) as claimable_at',
    by: `select d.lease_expires_at + interval '1 hour' as claimable_at`,
    testFile: 'test/migrations/routines/wake/next-due.test.ts',
    test: 'what is leased is due when its lease ends',
  },
  {
    name: 'wake-arms-before-the-commit',
    fault: 'A wake-up finds nothing yet, and the message waits for the backstop.',
    file: 'functions/wake/wake-ups.ts',
    replace: '    async enqueue(database, messages, caller, number) {\n',
    by: '    async enqueue(database, messages, caller, number) {\n      const at = new Date().toISOString();\n      await arm({ now: at, dueAt: at });\n',
    testFile: api,
    test: 'arms a wake-up for what is due now, after the commit',
  },
  {
    name: 'wake-fails-the-enqueue',
    fault:
      'A producer is told that its message was not stored, because AWS was away after the commit.',
    file: 'functions/wake/arm-wake-up.ts',
    replace: `      log.warn('wake-up lost', { dueAt, error: errorAttributes(error) });`,
    by: '      throw error;',
    testFile: api,
    test: 'answers 202 all the same when it cannot arm, and says so: %o',
  },
];
