// What waits in one of several databases to be sent to another one.
import type { Database } from '#queue/database.ts';
import type { Enqueued, NewMessage } from './enqueue.ts';
import { onlyRow } from './only-row.ts';
import { refusing } from './refusal.ts';

/** A claimed delivery of the queue `elsewhere`: what to send, and where to begin. */
export interface Forward {
  /** Its id here, and there. */
  readonly id: string;
  /** The number of the database to send it to first; this one's own when it is to be kept. */
  readonly database: number;
  /** What that database is to be told. */
  readonly asked: boolean;
  /** Whose idempotency key the message has; null without one. */
  readonly caller: string | null;
  readonly message: NewMessage;
}

/** In the order of the ids; null for one that the token does not hold any more. May be repeated. */
export async function readForwards(
  database: Database,
  token: string,
  ids: readonly string[],
): Promise<(Forward | null)[]> {
  const rows = await database.query<{ forwards: (Forward | null)[] }>(
    'select millrace.forwards($1, $2::uuid[]) as forwards',
    [token, `{${ids.join(',')}}`],
  );
  return onlyRow(rows).forwards;
}

/**
 * Makes real deliveries of a forward that belongs to its own database after all, and answers whether the token still held it. Throws
 * an EnqueueRefused with the code `elsewhere` when it does not belong there. May be repeated, and answers false then.
 */
export async function keepForward(
  database: Database,
  { token, id, asked }: { readonly token: string; readonly id: string; readonly asked: boolean },
): Promise<boolean> {
  const asking = database.query<{ kept: boolean }>(
    'select millrace.keep_forward($1, $2, $3) as kept',
    [token, id, asked],
  );
  return onlyRow(await refusing(asking)).kept;
}

/**
 * Enqueues a forward in another database, whatever its depth limits are. Throws an EnqueueRefused, with the code `elsewhere` when it
 * belongs to another one. asked: the forward's, or that of the refusal which led here. May be repeated: the id makes that safe.
 */
export async function enqueueForwarded(
  database: Database,
  { message, caller }: Forward,
  asked: boolean,
): Promise<Enqueued> {
  const asking = database.query<{ enqueued: Enqueued }>(
    'select millrace.enqueue_forwarded($1, $2, $3) as enqueued',
    [JSON.stringify(message), caller, asked],
  );
  return onlyRow(await refusing(asking)).enqueued;
}
