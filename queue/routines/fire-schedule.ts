import type { Database } from '#queue/database.ts';
import type { NewMessage } from './enqueue.ts';
import { retryTransient } from './retry-transient.ts';
import type { DueSchedule } from './survey.ts';

interface Move {
  /** As the survey gave it: where the schedule must still stand. */
  readonly due: DueSchedule;
  /** With ids: they are what makes a repeated call recognisable. */
  readonly messages: readonly NewMessage[];
  readonly nextDueAt: Date;
  readonly budgetMs: number;
}

/** Stores the messages and moves the schedule on, or neither; says whether the messages are stored. */
export async function fireSchedule(database: Database, move: Move): Promise<boolean> {
  const { due, messages, nextDueAt, budgetMs } = move;
  const [row] = await retryTransient(
    () =>
      database.query<{ fired: boolean }>(
        'select millrace.fire_schedule($1, $2, $3, $4, $5, $6) as fired',
        [
          due.name,
          due.rule,
          due.timeZone,
          due.nextDueAt,
          JSON.stringify(messages),
          nextDueAt.toISOString(),
        ],
      ),
    { budgetMs },
  );
  return row?.fired ?? false;
}
