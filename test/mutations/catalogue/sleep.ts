import type { Mutation } from '../mutation.ts';

const dayTest = 'test/functions/wake/sleeping-week.test.ts';
const inTime = 'every delivery is handled within two minutes of its time';

/** Who sees to it that a consumer comes where no tick does. */
export const sleep: readonly Mutation[] = [
  {
    name: 'wake-up-before-the-commit',
    fault: 'The wake-up for a slow enqueue finds nothing, and the message waits for the backstop.',
    file: 'functions/wake/wake-ups.ts',
    replace: '      const { enqueued, wake, ...due } = await enqueueToWake(database, messages, {',
    by: `
      const now = new Date();
      const delaySeconds = Math.max(...messages.map((message) => message.delaySeconds ?? 0));
      const dueAt = new Date(now.getTime() + 1000 * delaySeconds);
      const due = { now: now.toISOString(), dueAt: dueAt.toISOString() };
      await arm(due);
      const { enqueued, wake } = await enqueueToWake(database, messages, {`,
    testFile: dayTest,
    test: inTime,
  },
  {
    name: 'drain-arms-nothing-at-its-end',
    fault: 'What a drain leaves for later, such as a retry, waits for the backstop.',
    file: 'queue/drain/drain-invocation.ts',
    replace: '  await armNext(state, last);\n',
    by: '',
    testFile: dayTest,
    test: inTime,
  },
  {
    name: 'drain-arms-nothing-for-safety',
    fault: 'What a consumer held that died for good waits for the backstop.',
    file: 'queue/drain/next-wake-up.ts',
    replace: '  await state.arm?.(soonAfter(new Date(now)), budgetMs(state));\n',
    by: '',
    testFile: 'test/queue/drain/next-wake-up.test.ts',
    test: 'a drain that has work arms for the case that it dies, and at its end for what is due next',
  },
  {
    name: 'schedule-of-newer-code-wakes',
    fault:
      'After a rollback a schedule that the old code cannot fire keeps the database awake for ever.',
    file: 'migrations/routines/wake/next_due.sql',
    replace: ' and s.name <> all (foreign_schedules)',
    by: '',
    testFile: 'test/queue/drain/next-wake-up.test.ts',
    test: 'a schedule that only newer code knows wakes nobody, however long it has been due',
  },
];
