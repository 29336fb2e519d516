import type { History, Period } from '#client/queue-answers.ts';
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';

/**
 * What drains did over the last hour, day or week, in all queues or in one: none for a queue that is unknown or had nothing to do.
 * Costs the same however many messages there were.
 */
export async function drainHistory(
  database: Database,
  { period, queue }: { readonly period: Period; readonly queue?: string | undefined },
): Promise<History> {
  const { history } = onlyRow(
    await database.query<{ history: History }>('select millrace.history($1, $2) as history', [
      period,
      queue ?? null,
    ]),
  );
  return history;
}
