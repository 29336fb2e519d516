import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import type { ClaimedDelivery } from './claimed-delivery.ts';

/**
 * Holds leases for another lease time, counted from now. Answers the ids that are still held; the others were lost to
 * another consumer, and their handlers should stop. Repeated while the database is away, for at most budgetMs.
 */
export async function extend(
  database: Database,
  queue: string,
  held: readonly ClaimedDelivery[],
  budgetMs: number,
): Promise<ReadonlySet<string>> {
  const leases = JSON.stringify(held.map(({ id, token }) => ({ id, token })));
  const text = 'select millrace.extend($1, $2) as held';
  const row = await ask<{ held: string[] | null }>(database, text, [queue, leases], budgetMs);
  return new Set(row.held);
}
