// The schedules of one drain. One that fails, because its payload cannot be made, stops neither the others nor the
// queues: it stays due, and its catch-up policy decides once that is mended.

import type { Database } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Schedule } from '#queue/declare/schedule.ts';
import { dueTimes } from '#queue/declare/timing/catch-up.ts';
import type { Log } from '#queue/log.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import { fireSchedule } from '#queue/routines/fire-schedule.ts';
import type { DueSchedule, Survey } from '#queue/routines/survey.ts';
import { isTransient } from '#queue/routines/transient-error.ts';
import { scheduledMessages } from './scheduled-messages.ts';

interface Firing {
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Log;
  readonly surveyed: Survey;
  /** How long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/** Enqueues what is due and moves the schedules on; says whether messages were enqueued here. */
export async function fireSchedules(firing: Firing): Promise<boolean> {
  const fired = await Promise.all(firing.surveyed.schedules.map((due) => fireKnown(firing, due)));
  return fired.includes(true);
}

async function fireKnown(firing: Firing, due: DueSchedule): Promise<boolean> {
  const schedule = firing.registry.schedules.get(due.name);
  // Another release is being deployed: its code knows the rule, this one does not.
  if (schedule?.rule.text !== due.rule || schedule.rule.timeZone !== due.timeZone) return false;
  try {
    return await fire(firing, schedule, due);
  } catch (error) {
    if (isTransient(error)) throw error;
    const { name, message } = errorRecord(error);
    const reason = message.slice(0, 200);
    firing.log.error('schedule failed', { schedule: schedule.name, error: name, reason });
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
