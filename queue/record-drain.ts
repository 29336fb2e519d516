import type { Database } from './database.ts';
import type { LaneSummary } from './summary.ts';

/** Writes down what was done in each queue, where the rates of stats() come from; nothing when nothing was. */
export async function recordDrain(
  database: Database,
  lanes: ReadonlyMap<string, LaneSummary>,
): Promise<void> {
  const rows = Array.from(lanes, ([queue, summary]) => ({ queue, ...summary }));
  const busy = rows.filter(({ claimed, dead }) => claimed + dead > 0);
  if (busy.length === 0) return;
  await database.query('select millrace.record_drain($1)', [JSON.stringify(busy)]);
}
