// A batch of a deployment over several databases. What is of one database is handled by itself, beside what is of others, so that
// one that is away keeps nothing else from being handled. But the members of a group have to be handled in their order, and those of a
// group that has moved to another database are in both.
import { lineOf } from '#queue/receive/lines.ts';
import type { ReceivedRecord } from './records.ts';

/** What is of one database, by its number. */
export type Stage = ReadonlyMap<number, readonly ReceivedRecord[]>;

/**
 * The batch in stages, of which each is to end before the next begins: of every group, a stage has no more than what follows each
 * other in one database. So nearly all batches have one stage.
 */
export function stagesOf(records: readonly ReceivedRecord[], isInOrder: boolean): Stage[] {
  const last = new Map<string, { readonly stage: number; readonly database: number }>();
  const stages: ReceivedRecord[][] = [];
  for (const record of records) {
    const { database = 0 } = record.message;
    const before = isInOrder ? last.get(lineOf(record)) : undefined;
    const stage = before ? before.stage + (before.database === database ? 0 : 1) : 0;
    last.set(lineOf(record), { stage, database });
    stages[stage] ??= [];
    stages[stage].push(record);
  }
  return stages.map((each) => Map.groupBy(each, ({ message }) => message.database ?? 0));
}
