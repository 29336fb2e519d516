import type { Mutation } from '../mutation.ts';

const recordStep = 'migrations/routines/steps/internal/hold_for_step.sql';
const sleepInSteps = 'migrations/routines/steps/sleep_in_steps.sql';
const recordTest = 'test/migrations/routines/steps/record-step.test.ts';
const stepTest = 'test/queue/steps/step.test.ts';
const waitTest = 'test/migrations/routines/steps/wait-in-steps.test.ts';
const changedTest = 'test/queue/steps/changed-steps.test.ts';

/** Handlers in steps. */
export const steps: readonly Mutation[] = [
  {
    name: 'step-without-fence',
    fault: 'A consumer that has lost its lease records steps of a delivery that somebody else has.',
    file: recordStep,
    replace: '    and d.lease_token = hold_for_step.token\n',
    by: '',
    testFile: recordTest,
    test: 'records nothing of a delivery that %s',
  },
  {
    name: 'step-of-what-was-given-back',
    fault: 'A step is recorded of a delivery that nobody holds any more.',
    file: recordStep,
    replace: '    and d.lease_expires_at is not null\n',
    by: '',
    testFile: recordTest,
    test: 'records nothing of a delivery that %s',
  },
  {
    name: 'step-beside-its-settle',
    fault: 'A step is recorded although the attempt that ran it has failed a moment ago.',
    file: recordStep,
    replace: '  for update;\n',
    by: '  ;\n',
    testFile: recordTest,
    test: 'a step is not recorded beside the settle that ends its delivery, whichever comes first',
  },
  {
    name: 'step-in-a-parcel',
    fault: 'A delivery that was claimed with others counts as lost at its first step.',
    file: recordStep,
    replace: '  perform millrace.part_held(in_queue, array[token], array[id]);\n',
    by: '',
    testFile: recordTest,
    test: 'members of a parcel have steps of their own',
  },
  {
    name: 'steps-outlive-a-replay',
    fault: 'A message that is delivered again does nothing, as all its steps are recorded.',
    file: 'migrations/routines/operate/replay.sql',
    replace:
      '    delete from millrace.step s where s.message_id = replay.id and s.queue_id = any (anew);\n',
    by: '    null;\n',
    testFile: stepTest,
    test: 'a redrive goes on behind the last finished step, and a replay begins anew',
  },
  {
    name: 'steps-by-their-place-alone',
    fault: 'A step is taken for another one that stood in its place in an older handler.',
    file: 'queue/steps/same-steps.ts',
    replace: ' && recorded.name === next.name',
    by: '',
    testFile: changedTest,
    test: 'steps that have changed under a delivery are told: %s',
  },
  {
    name: 'end-with-steps-left',
    fault: 'A handler that leaves out what was done before is taken for one that has done it all.',
    file: 'queue/steps/step-run.ts',
    replace: '    await this.#recordedAt(this.#placeOf(undefined));\n',
    by: '',
    testFile: changedTest,
    test: 'steps that have changed under a delivery are told: %s',
  },
  {
    name: 'sleep-that-forgets-its-end',
    fault: 'A handler whose delivery is claimed too early goes on before its sleep is over.',
    file: sleepInSteps,
    replace: 'if entry.due_at > now then',
    by: 'if found and entry.due_at > now and entry.started_at = now then',
    testFile: 'test/queue/steps/sleep.test.ts',
    test: 'goes on sleeping when it is claimed too early',
  },
  {
    name: 'sleep-lost-with-its-answer',
    fault: 'A sleep whose answer was lost is taken for a lost lease, and counts as a failure.',
    file: 'migrations/routines/steps/internal/state_without_lease.sql',
    replace: "and a.outcome = 'snooze'",
    by: 'and false',
    testFile: 'test/migrations/routines/steps/sleep-in-steps.test.ts',
    test: 'answers the same when it is repeated, and is over when its time has come',
  },
  {
    name: 'event-beside-its-waiter',
    fault: 'A delivery waits until its timeout although its event has come in the same moment.',
    file: 'migrations/routines/steps/wait_in_steps.sql',
    replace: ' for no key update skip locked;\n',
    by: ';\n',
    testFile: waitTest,
    test: 'a sender who is about to commit is not waited for, and found a second later',
  },
  {
    name: 'event-that-wakes-nobody',
    fault: 'What waits for an event is not due before its timeout.',
    file: 'migrations/routines/steps/send_event.sql',
    replace: '    set available_at = statement_timestamp()\n',
    by: '    set available_at = d.available_at\n',
    testFile: waitTest,
    test: 'what waits is due when its event comes, and later attempts find the same',
  },
  {
    name: 'event-after-its-time',
    fault: 'An event that comes after a wait has been given up changes what later attempts find.',
    file: 'migrations/routines/steps/wait_in_steps.sql',
    replace: '  if entry.finished_at is null then\n',
    by: '  if true then\n',
    testFile: waitTest,
    test: 'a wait whose time is over goes on without, for good',
  },
];
