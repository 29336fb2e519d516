// Sends messages to one SQS queue until SQS has decided on each of them, or cannot be had.
import type { AwsAccess } from '#functions/aws/access.ts';
import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { type OutgoingMessage, sendMessages } from '#functions/aws/sqs.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { wait } from '#queue/wait.ts';

/** A call with its repetitions is waited for no longer, in milliseconds: the next may get through where this one hangs. */
const longestCallMs = 5_000;
const firstPauseMs = 100;

/** Is told what becomes of each message: refused with SQS's code when it will never be taken, else accepted. */
export type Decide = (id: string, refused?: string) => void;

export class Sender {
  readonly #access: AwsAccess;
  readonly #queueUrl: string;

  constructor(access: AwsAccess, queueUrl: string) {
    this.#access = access;
    this.#queueUrl = queueUrl;
  }

  /**
   * Sends 1 to 10 messages. What SQS has no capacity for is sent again until the time is up, on the clock of monotonicMs(). Throws
   * an AwsCallFailed then, or at once when SQS is away or refuses all; what was not decided until then may have been taken.
   */
  async send(messages: readonly OutgoingMessage[], decide: Decide, endsAt: number): Promise<void> {
    let left = messages;
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      const { undecided, failure } = await this.#sendOnce(left, decide, endsAt);
      if (undecided.length === 0) return;
      if (monotonicMs() + pauseMs >= endsAt) throw failure;
      left = undecided;
      // Not all at once, since all sends of a lane are throttled together.
      await wait(pauseMs * (0.5 + Math.random() / 2));
    }
  }

  async #sendOnce(entries: readonly OutgoingMessage[], decide: Decide, endsAt: number) {
    try {
      const timeoutMs = Math.min(longestCallMs, Math.max(1, endsAt - monotonicMs()));
      const sent = await sendMessages(this.#access, {
        ...{ queueUrl: this.#queueUrl, entries, timeoutMs },
      });
      const decided = new Set(sent.accepted);
      for (const id of sent.accepted) decide(id);
      for (const { id, code, senderFault } of sent.refused) {
        if (!senderFault) continue;
        decided.add(id);
        decide(id, code);
      }
      const reason = sent.refused.find(({ senderFault }) => !senderFault)?.code ?? 'no answer';
      const failure = new AwsCallFailed('sqs:SendMessageBatch', { reason, isTransient: true });
      return { undecided: entries.filter(({ id }) => !decided.has(id)), failure };
    } catch (failure) {
      if (!isThrottled(failure)) throw failure;
      return { undecided: entries, failure };
    }
  }
}

const isThrottled = (error: unknown): boolean =>
  error instanceof AwsCallFailed && /Throttl/.test(error.reason);
