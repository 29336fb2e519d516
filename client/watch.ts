// Following one message: asking how far it has come, and waiting until that has changed.
import type { MessageStatus } from './message-answers.ts';
import { pause, waitBefore } from './pause.ts';
import { MillraceProblem } from './problem.ts';
import { mayPass, type Send } from './transport.ts';

/** Who asks for a message's status, and for how long. */
export interface StatusOptions {
  /** From the answer to the message's enqueue: lets its holder ask for this message alone, until it expires. */
  readonly statusToken?: string;
  /** Ends the call, or the watch. */
  readonly signal?: AbortSignal;
}

interface Wait {
  readonly wait?: number;
  readonly since?: string | undefined;
}

export function statusOf(
  send: Send,
  id: string,
  { statusToken, signal }: StatusOptions = {},
  query?: Wait,
): Promise<MessageStatus> {
  return send({
    path: `/v1/messages/${encodeURIComponent(id)}`,
    ...{ query, signal },
    headers: statusToken === undefined ? {} : { 'status-token': statusToken },
  });
}

/** The longest that the API waits for a change, in seconds. */
const waitSeconds = 20;

const quickMs = 1000;
const final = ['done', 'dead', 'cancelled'];

/** send: without patience of its own, since here a failure is waited for in any case. */
export async function* watch(
  send: Send,
  id: string,
  options: StatusOptions = {},
): AsyncGenerator<MessageStatus, void, undefined> {
  let since: string | undefined;
  // How often in a row nothing new was heard.
  let idle = 0;
  let isRecorded = true;
  for (;;) {
    const askedAt = performance.now();
    try {
      const wait = since === undefined && isRecorded ? {} : { wait: waitSeconds, since };
      const status = await statusOf(send, id, options, wait);
      const isNews = status.revision !== since;
      since = status.revision;
      idle = isNews ? 0 : idle + 1;
      if (isNews) yield status;
      if (isOver(status)) return;
      // An answer without news that came at once, as from an API that has no time to wait, must not be asked for again at once.
      if (!isNews && performance.now() - askedAt < quickMs)
        await pause(waitBefore(idle, undefined), options.signal);
    } catch (error) {
      if (!(error instanceof MillraceProblem)) throw error;
      // It went straight to SQS, and the API waits for the first that is recorded of it; once that is too long, it is not found.
      isRecorded = error.kind !== 'not-recorded';
      if (isRecorded && !mayPass(error)) throw error;
      idle += 1;
      if (isRecorded || performance.now() - askedAt < quickMs)
        await pause(waitBefore(idle, error.retryAfterSeconds), options.signal);
    }
  }
}

/** Whether nothing more is to be heard of the message, or nothing that is certain to come. */
const isOver = ({ deliveries }: MessageStatus) =>
  deliveries.every(({ status, endsUnseen }) => endsUnseen || final.includes(status));
