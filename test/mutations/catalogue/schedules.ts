import type { Mutation } from '../mutation.ts';

const fire = 'migrations/routines/schedules/fire_schedule.sql';
const testFile = 'test/migrations/routines/schedules/schedule.test.ts';

/** Each due time once. */
export const schedules: readonly Mutation[] = [
  {
    name: 'schedule-fires-from-anywhere',
    fault: 'Two ticks at the same moment enqueue the same due time twice.',
    file: fire,
    replace: '    and s.next_due_at is not distinct from expected_next_due_at;',
    by: ';',
    testFile,
    test: 'fires once on twelve connections at once',
    error: 'Error',
  },
  {
    name: 'schedule-fires-while-paused',
    fault: 'A drain that saw a schedule due fires it after an operator has paused it.',
    file: fire,
    replace: '    and not s.is_paused\n',
    by: '',
    testFile,
    test: 'does not fire with %s',
  },
  {
    name: 'schedule-catches-up-a-pause',
    fault: 'Resuming a schedule enqueues all that was due during the pause.',
    file: 'migrations/routines/schedules/internal/set_schedule_paused.sql',
    replace: 'case when paused = s.is_paused then s.next_due_at end',
    by: 's.next_due_at',
    testFile: 'test/queue/drain/schedule-changes.test.ts',
    test: 'pauses a schedule: nothing is enqueued, nor caught up afterwards',
  },
  {
    name: 'schedule-of-another-release',
    fault: 'During a deployment a schedule is moved on by the rule of the code that goes.',
    file: 'queue/declare/known-schedule.ts',
    replace: 'schedule?.rule.text === rule && schedule.rule',
    by: 'schedule?.rule',
    testFile: 'test/queue/drain/schedule-changes.test.ts',
    test: 'is not mistaken for the one before it by drains that still run',
  },
  {
    name: 'schedule-skips-a-gap-at-midnight',
    fault: 'A time that the clocks leave out at the end of a day is due on no day.',
    file: 'queue/declare/timing/fixed-times.ts',
    replace: 'change + early <= midnight && midnight + dayMs <= change + late',
    by: 'midnight + dayMs <= change + late',
    testFile: 'test/queue/declare/timing/cron-rule.test.ts',
    test: '%s: %j',
  },
];
