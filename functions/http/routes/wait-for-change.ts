// Holds a request until a message's status is another one. An HTTP API of API Gateway cannot stream, so whoever watches asks again
// and again; each time one cheap look at a time is made here, with gaps that grow. See docs/decisions/0034-status-tokens.md.

import { type Api, type ApiRequest, databaseAt, databaseBudgetMs } from '#functions/http/api.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import {
  type MessageStatus,
  messageRevision,
  messageStatus,
} from '#queue/operate/message-status.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { wait } from '#queue/wait.ts';
import { endsUnseen, mayBeRecorded } from './unrecorded.ts';

/** API Gateway gives a request up after 30 seconds; this leaves the last look as long as any request has for the database. */
export const mostWaitSeconds = 20;

const firstGapMs = 200;
const longestGapMs = 2_000;
/** So much of the invocation is left over when the last call to the database is given up. */
const reserveMs = 500;

export interface Watched {
  readonly id: string;
  /** The revision that the caller knows; undefined waits for another one than there is now, unless all is over. */
  readonly since: string | undefined;
  readonly waitMs: number;
}

/**
 * Answers the status as soon as its revision is another one, else after the time; undefined when there is no such message. Who asks
 * for the first time, of a message whose deliveries have all ended, is answered at once: by itself nothing changes there any more. A
 * message that may be recorded within a short while is waited for as well. number: of the database that has it.
 */
export async function waitForChange(
  api: Api,
  request: ApiRequest,
  { id, since, waitMs }: Watched,
  number = 0,
): Promise<MessageStatus | undefined> {
  const startedAt = monotonicMs();
  const database = databaseAt(api, number);
  const { remainingMs } = request.env;
  // Whatever happens to the database at its end, the last look must come to an answer before Lambda ends the invocation.
  const untilMs = Math.min(waitMs, remainingMs() - databaseBudgetMs - reserveMs);
  const heldMs = () => monotonicMs() - startedAt;
  // Each look has a time of its own: the request may be held for longer than a database that wakes is waited for.
  const look = <Result>(call: () => Promise<Result>) =>
    retryTransient(call, { budgetMs: Math.min(databaseBudgetMs, remainingMs() - reserveMs) });
  const revision = () => look(() => messageRevision(database, id));
  const status = () => look(() => messageStatus(database, id));
  const isOver = ({ deliveries }: MessageStatus) =>
    deliveries.every((each) => each.finishedAt !== null || endsUnseen(api.registry, each));

  let known = since;
  if (known === undefined) {
    const now = await status();
    if (now ? isOver(now) : !mayBeRecorded(api, id)) return now;
    known = now?.revision;
  }
  let found = await revision();
  if (found === undefined && known !== undefined) return undefined;
  for (let gapMs = firstGapMs; found === known && heldMs() < untilMs; gapMs *= 1.5) {
    await wait(Math.min(gapMs, longestGapMs, untilMs - heldMs()));
    found = await revision();
  }
  request.set('heldMs', Math.round(heldMs()));
  return status();
}
