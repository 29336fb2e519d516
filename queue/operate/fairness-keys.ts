// The fairness keys of a fair queue, for operators: pausing what is for one of them, and who has most waiting.
import type { PausedKey, WaitingKey } from '#client/queue-answers.ts';
import type { Database } from '#queue/database.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { UnfitFairnessKey } from '#queue/unknown-names.ts';
import { orUnknownName } from './unknown-name.ts';

interface KeyOfQueue {
  readonly queue: string;
  /** 1 to 200 characters. */
  readonly fairnessKey: string;
  /** Whom the audit table names. */
  readonly actor: string;
}

/**
 * Stops claims of what a fair queue has for one key, while others go on. Throws an UnknownQueue, or an UnfitFairnessKey where the
 * queue is not fair.
 */
export async function pauseKey(
  database: Database,
  { queue, fairnessKey, actor }: KeyOfQueue,
): Promise<void> {
  const call = database.query('select millrace.pause_key($1, $2, $3)', [queue, fairnessKey, actor]);
  await orUnknownName(queue, orUnfit(call));
}

/** Lets what a queue has for a key be claimed again, behind what others have waiting. Throws as pauseKey. */
export async function resumeKey(
  database: Database,
  { queue, fairnessKey, actor }: KeyOfQueue,
): Promise<void> {
  const call = database.query('select millrace.resume_key($1, $2, $3)', [
    queue,
    fairnessKey,
    actor,
  ]);
  await orUnknownName(queue, orUnfit(call));
}

async function orUnfit(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (errorCode(error) === 'MR002') throw new UnfitFairnessKey(error);
    throw error;
  }
}

interface PausedKeysPage {
  readonly queue: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** The last key of the page before. */
  readonly after?: string;
}

/** A page of the keys of a queue that are paused, in the order of their bytes; an empty one for an unknown queue. */
export async function pausedKeys(
  database: Database,
  { queue, limit, after = '' }: PausedKeysPage,
): Promise<{ readonly items: readonly PausedKey[]; readonly nextCursor: string | null }> {
  const { items } = onlyRow(
    await database.query<{ items: PausedKey[] }>(
      `select coalesce(json_agg(json_build_object('fairnessKey', p.fairness_key, 'pausedAt', p.paused_at)
         order by p.fairness_key collate "C"), '[]') as items
       from millrace.paused_keys($1, $2, $3) as p`,
      [queue, limit, after],
    ),
  );
  return { items, nextCursor: items.length === limit ? (items.at(-1)?.fairnessKey ?? null) : null };
}

/** The keys that have most waiting in the line of a queue, the longest first; none of an unknown queue. limit: 1 to 100. */
export async function waitingKeys(
  database: Database,
  { queue, limit }: { readonly queue: string; readonly limit: number },
): Promise<readonly WaitingKey[]> {
  const { items } = onlyRow(
    await database.query<{ items: WaitingKey[] }>(
      `select coalesce(json_agg(json_build_object('fairnessKey', w.fairness_key, 'waiting', w.waiting)
         order by w.waiting desc, w.fairness_key), '[]') as items
       from millrace.waiting_keys($1, $2) as w`,
      [queue, limit],
    ),
  );
  return items;
}
