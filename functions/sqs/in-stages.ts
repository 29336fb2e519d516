// Handles a batch stage by stage, and answers what nobody needs any more.
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Log } from '#queue/log.ts';
import { lineOf } from '#queue/receive/lines.ts';
import type { ReceivedRecord } from './records.ts';
import { type Stage, stagesOf } from './stages.ts';

/** What is of one database: what is to be handled, and what stands behind one that is to come back and so comes back as well. */
export interface Part {
  readonly database: number;
  readonly records: readonly ReceivedRecord[];
  readonly turnless: readonly ReceivedRecord[];
}

interface Handling {
  /** Whether the queue keeps groups in order. */
  readonly isInOrder: boolean;
  /** Handles a part, and answers the keys of those that need not come back. */
  readonly handle: (part: Part) => Promise<ReadonlySet<string>>;
  readonly log: Log;
}

/**
 * Answers the keys of all that need not come back. All of a part comes back that throws something: which is logged, or thrown when
 * every part has failed.
 */
export async function inStages(
  records: readonly ReceivedRecord[],
  { isInOrder, handle, log }: Handling,
): Promise<ReadonlySet<string>> {
  const acknowledged = new Set<string>();
  /** The lines in which somebody is to come back. */
  const stopped = new Set<string>();
  const ended: PromiseSettledResult<ReadonlySet<string>>[] = [];
  for (const stage of stagesOf(records, isInOrder)) {
    const handled = await Promise.allSettled(partsOf(stage, stopped).map(handle));
    for (const each of handled)
      if (each.status === 'fulfilled') for (const key of each.value) acknowledged.add(key);
    for (const record of [...stage.values()].flat())
      if (!acknowledged.has(record.key)) stopped.add(lineOf(record));
    ended.push(...handled);
  }
  const failed = ended.filter((each) => each.status === 'rejected');
  if (failed[0] && failed.length === ended.length) throw failed[0].reason;
  for (const { reason } of failed)
    log.error('a part of the batch failed', { error: errorAttributes(reason) });
  return acknowledged;
}

const partsOf = (stage: Stage, stopped: ReadonlySet<string>): Part[] =>
  Array.from(stage, ([database, all]) => ({
    database,
    records: all.filter((record) => !stopped.has(lineOf(record))),
    turnless: all.filter((record) => stopped.has(lineOf(record))),
  }));
