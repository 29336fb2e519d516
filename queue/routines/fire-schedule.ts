import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import type { NewMessage } from './enqueue.ts';
import type { DueSchedule } from './survey.ts';

/** A schedule's step from one due time to the next. */
interface Move {
  /** As the survey gave it: the database moves the schedule only if it still stands there. */
  readonly due: DueSchedule;
  /** One for each due time that gets one. By their ids the database recognises a repeated call. */
  readonly messages: readonly NewMessage[];
  readonly nextDueAt: Date;
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * Stores the messages and moves the schedule on in one transaction, so that of several consumers that find it due one
 * alone enqueues. Answers whether messages were stored, by this call or by the same call made before whose answer was
 * lost.
 */
export async function fireSchedule(database: Database, move: Move): Promise<boolean> {
  const { due, messages, nextDueAt, budgetMs } = move;
  const text = 'select millrace.fire_schedule($1, $2, $3, $4, $5, $6) as fired';
  const { name, rule, timeZone } = due;
  const stored = JSON.stringify(messages);
  const parameters = [name, rule, timeZone, due.nextDueAt, stored, nextDueAt.toISOString()];
  return (await ask<{ fired: boolean }>(database, text, parameters, budgetMs)).fired;
}
