// Where messages are to be kept: in Postgres, or in the SQS queues that handle them.
import type { StraightWay } from '#functions/http/api.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import type { Enqueued, NewMessage } from '#queue/routines/enqueue.ts';

type Store = (messages: readonly NewMessage[]) => Promise<readonly Enqueued[]>;

/**
 * Stores messages, except those that go straight to SQS. What may be refused comes first, so that nothing was sent then; and what
 * SQS does not take is stored as well. Answers in the messages' order. Throws as `store` does: when it is the second call that
 * fails, some messages may have been sent, and come twice when the caller repeats the request.
 */
export async function storeOrSend(
  straight: StraightWay | undefined,
  messages: readonly NewMessage[],
  store: Store,
): Promise<readonly Enqueued[]> {
  const sent = straight ? messages.filter((message) => straight.takes(message)) : [];
  if (!straight || sent.length === 0) return store(messages);
  const going = new Set(sent);
  const kept = messages.filter((message) => !going.has(message));
  const ofAll = storeAmong(messages, store);
  const results = new Map(await resultsOf(kept, ofAll));
  const unsent = await straight.send(sent);
  for (const [message, result] of await resultsOf(unsent, ofAll)) results.set(message, result);
  return messages.map((message) => results.get(message) ?? relayed(message));
}

/** Stores some of all messages. A refusal tells the place among all: the caller does not know which of them were to be stored. */
const storeAmong =
  (all: readonly NewMessage[], store: Store): Store =>
  async (some) => {
    try {
      return await store(some);
    } catch (error) {
      const refused = error instanceof EnqueueRefused ? some[error.index] : undefined;
      if (!refused) throw error;
      const { message: reason, ...refusal } = error as EnqueueRefused;
      throw new EnqueueRefused({ ...refusal, reason, index: all.indexOf(refused) });
    }
  };

async function resultsOf(
  messages: readonly NewMessage[],
  store: Store,
): Promise<(readonly [NewMessage, Enqueued])[]> {
  if (messages.length === 0) return [];
  const stored = await store(messages);
  return messages.flatMap((message, n) => {
    const result = stored[n];
    return result ? [[message, result] as const] : [];
  });
}

const relayed = ({ id, type }: NewMessage): Enqueued => ({
  ...{ id, type },
  status: 'relayed',
  duplicate: false,
});
