// Fires the schedules that are due: stores a message for each due time and moves the schedule on. A schedule that fails,
// for example because its payload does not fit, stops neither the others nor the queues. It stays due, and once it is
// mended its catch-up policy says what becomes of the due times that it has missed.

import type { Database } from '#queue/database.ts';
import { knownSchedule } from '#queue/declare/known-schedule.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Schedule } from '#queue/declare/schedule.ts';
import { dueTimes } from '#queue/declare/timing/catch-up.ts';
import type { Log } from '#queue/log.ts';
import { isTransient } from '#queue/routines/failure-kind.ts';
import { fireSchedule } from '#queue/routines/fire-schedule.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import { scheduledMessages } from '#queue/routines/scheduled-messages.ts';
import type { DueSchedule, Survey } from '#queue/routines/survey.ts';

interface Firing {
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Log;
  readonly surveyed: Survey;
  /** How long a call may take with its repetitions, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * Fires what the survey found due. Answers whether it stored messages, which then wait to be handled. Throws when the
 * database stays away, once all have been tried.
 */
export async function fireSchedules(firing: Firing): Promise<boolean> {
  const { schedules } = firing.surveyed;
  const ends = await Promise.allSettled(schedules.map((due) => fireKnown(firing, due)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return ends.some((end) => end.status === 'fulfilled' && end.value);
}

/** Of those that the survey found due: the names of the ones that stay so, since this code does not know their rules. */
export function foreignSchedules(registry: Registry, { schedules }: Survey): string[] {
  return schedules.filter((due) => !knownSchedule(registry, due)).map(({ name }) => name);
}

async function fireKnown(firing: Firing, due: DueSchedule): Promise<boolean> {
  const schedule = knownSchedule(firing.registry, due);
  if (!schedule) return false;
  try {
    return await fire(firing, schedule, due);
  } catch (error) {
    if (isTransient(error)) throw error;
    firing.log.error('schedule failed', { schedule: schedule.name, ...loggedError(error) });
    return false;
  }
}

async function fire(firing: Firing, schedule: Schedule, due: DueSchedule): Promise<boolean> {
  const now = new Date(firing.surveyed.now);
  const nextDueAt = schedule.rule.after(now);
  const messages = await scheduledMessages(schedule, dueTimesUpTo(now, schedule, due));
  const { database, budgetMs } = firing;
  const isFired = await fireSchedule(database, { due, messages, nextDueAt, budgetMs });
  if (isFired) {
    const attributes = { schedule: schedule.name, messages: messages.length, nextDueAt };
    firing.log.info('schedule fired', attributes);
  }
  return isFired;
}

function dueTimesUpTo(now: Date, { rule, catchUp }: Schedule, { nextDueAt }: DueSchedule): Date[] {
  return nextDueAt === null ? [] : dueTimes(rule, catchUp, { from: new Date(nextDueAt), to: now });
}
