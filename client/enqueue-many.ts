// Many messages in batches of what the API takes at once, one after the other, so that the members of a group keep their order.
import type { Enqueued } from './message-answers.ts';
import type { EnqueueOptions } from './message-to-send.ts';
import { withMovedPointers } from './moved-pointers.ts';
import { MillraceProblem } from './problem.ts';
import type { Send } from './transport.ts';

/** What `enqueueMany` may be told. */
export interface EnqueueManyOptions {
  /** Called after each batch, with how many messages are stored by now. */
  readonly onProgress?: (progress: EnqueueProgress) => void;
  /** Ends it before the next batch. The batch that is under way may still be stored. */
  readonly signal?: AbortSignal;
}

/** How far `enqueueMany` has come. */
export interface EnqueueProgress {
  /** How many are stored by now. */
  readonly stored: number;
  /** How many were given. */
  readonly total: number;
}

interface Message extends EnqueueOptions {
  readonly type: string;
  readonly payload: unknown;
}

/** The API takes no more in one call. */
const mostMessages = 1_000;
/**
 * The body of a Lambda's event is limited to 6 MB, and is a text in JSON there: a body of quotes and backslashes takes twice its bytes.
 */
const mostBytes = 2_500_000;

export async function enqueueMany(
  send: Send,
  messages: readonly Message[],
  { onProgress, signal }: EnqueueManyOptions = {},
): Promise<readonly Enqueued[]> {
  // All keys are there before the first call, so that no repeat of a batch can bring others.
  const keyed = messages.map((message) => ({ idempotencyKey: crypto.randomUUID(), ...message }));
  const stored: Enqueued[] = [];
  let most = mostMessages;
  while (stored.length < keyed.length) {
    const batch = firstBatch(keyed, stored.length, most);
    try {
      const call = { path: '/v1/messages/batch', body: { messages: batch }, signal };
      stored.push(...(await send<{ messages: Enqueued[] }>(call)).messages);
      onProgress?.({ stored: stored.length, total: keyed.length });
    } catch (error) {
      if (!(error instanceof MillraceProblem)) throw error;
      // It counts more than bytes: a body of very many small values is too large, too.
      if (error.kind !== 'body-too-large' || batch.length === 1)
        throw shifted(error, stored.length);
      most = Math.ceil(batch.length / 2);
    }
  }
  return stored;
}

function firstBatch(messages: readonly Message[], from: number, most: number): readonly Message[] {
  let to = from;
  for (let bytes = 0; to < Math.min(from + most, messages.length); to += 1) {
    bytes += new TextEncoder().encode(JSON.stringify(messages[to])).length + 1;
    if (bytes > mostBytes && to > from) break;
  }
  return messages.slice(from, to);
}

/** With pointers into all messages, and not into those of one batch. */
const shifted = (problem: MillraceProblem, by: number): MillraceProblem =>
  withMovedPointers(problem, (pointer) =>
    pointer.replace(/\d+/, (index) => String(Number(index) + by)),
  );
