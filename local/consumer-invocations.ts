// Lambda's invocations of the consumer on this machine, whoever asks for them: ticks, wake-ups, or the consumer itself.
import type { Context } from 'aws-lambda';
import { Invocations } from '#local/gateway/invocations.ts';

export type ConsumerHandler = (event: unknown, context: Context) => Promise<unknown>;

export interface ConsumerInvocations {
  /** Settles when the consumer has ended; a failure is printed. */
  invoke(event: unknown): Promise<void>;
  /** Begins no more, lets those that run settle what they hold, and waits for them, 10 seconds at most. */
  stop(): Promise<void>;
}

/** timeoutSeconds: how much time an invocation is told to have. Default 55, the timeout of the consumer in the cloud. */
export function consumerInvocations(
  handler: ConsumerHandler,
  timeoutSeconds = 55,
): ConsumerInvocations {
  const invocations = new Invocations('consumer', timeoutSeconds);
  return {
    async invoke(event) {
      if (invocations.isStopping) return;
      try {
        await invocations.run((context) => handler(event, context));
      } catch (error) {
        console.error('The consumer failed:', error);
      }
    },
    stop: () => invocations.stop(),
  };
}
