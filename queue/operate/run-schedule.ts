// Runs a schedule by hand: its message is enqueued now, as if it were due, and the schedule itself stays where it stands.
import type { Database } from '#queue/database.ts';
import { knownSchedule } from '#queue/declare/known-schedule.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Schedule } from '#queue/declare/schedule.ts';
import type { EnqueuedToWake, NewMessage } from '#queue/routines/enqueue.ts';
import { isTransient } from '#queue/routines/failure-kind.ts';
import { refusalOf } from '#queue/routines/refusal.ts';
import { scheduledMessages } from '#queue/routines/scheduled-messages.ts';
import { ScheduleNotRun, UnknownSchedule } from '#queue/unknown-names.ts';
import { storedSchedules } from './schedules.ts';
import { orUnknownName } from './unknown-name.ts';

interface ScheduleRun {
  readonly name: string;
  readonly registry: Pick<Registry, 'schedules'>;
  /** Who the audit table names. */
  readonly actor: string;
  /** Whether to tell also if a consumer is to be invoked for the message. */
  readonly isEager: boolean;
}

/** Makes a call of the database, perhaps again and again until it is answered. */
type Call = <Result>(run: (database: Database) => Promise<Result>) => Promise<Result>;

/**
 * Enqueues the schedule's message for this instant, on the database's clock, also while it is paused, and whatever the depth of its
 * queues. Takes two calls, which may be repeated: the message has its id before, so it is stored once. Throws an
 * UnknownSchedule, and a ScheduleNotRun where this code cannot make the message.
 */
export async function runSchedule(
  call: Call,
  { name, registry, actor, isEager }: ScheduleRun,
): Promise<EnqueuedToWake> {
  const { now, schedules } = await call(storedSchedules);
  const stored = schedules.find((each) => each.name === name);
  if (!stored) throw new UnknownSchedule(name);
  const schedule = knownSchedule(registry, stored);
  if (!schedule) throw new ScheduleNotRun(name, 'the database has a rule that this code does not');
  const message = JSON.stringify(await messageFor(schedule, new Date(now)));
  const parameters = [name, stored.rule, stored.timeZone, message, actor, isEager];
  const [row] = await call((database) => {
    const text = 'select millrace.run_schedule($1, $2, $3, $4, $5, $6) as answer';
    const run = database.query<{ answer: EnqueuedToWake | null }>(text, parameters);
    return orUnknownName(name, run).catch(asNotRun(name));
  });
  if (!row?.answer) throw new ScheduleNotRun(name, 'its rule has been changed at this moment');
  return row.answer;
}

async function messageFor(schedule: Schedule, now: Date): Promise<NewMessage | undefined> {
  try {
    const [message] = await scheduledMessages(schedule, [now]);
    return message;
  } catch (cause) {
    const reason = 'its payload cannot be made, or does not fit its message type';
    throw new ScheduleNotRun(schedule.name, reason, { cause });
  }
}

/** A message that the database refuses, such as one that is too large, is the code's fault and no caller's. */
const asNotRun = (name: string) => (error: unknown) => {
  if (isTransient(error)) throw error;
  const refusal = refusalOf(error);
  if (refusal) throw new ScheduleNotRun(name, refusal.message, { cause: error });
  throw error;
};
