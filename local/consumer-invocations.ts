// Lambda's invocations of the consumer on this machine, whoever asks for them: ticks, wake-ups, or the consumer itself.
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { lambdaContext } from '#local/gateway/lambda-context.ts';

export type ConsumerHandler = (event: unknown, context: Context) => Promise<unknown>;

export interface ConsumerInvocations {
  /** Settles when the consumer has ended; a failure is printed. */
  invoke(event: unknown): Promise<void>;
  /** Begins no more, lets those that run settle what they hold, and waits for them, 10 seconds at most. */
  stop(): Promise<void>;
}

/** How much time an invocation is told to have left when everything stops: too little to claim more, enough to settle. */
const farewellMs = 3_000;
const stopLimitMs = 10_000;

/** timeoutSeconds: how much time an invocation is told to have. Default 55, the timeout of the consumer in the cloud. */
export function consumerInvocations(
  handler: ConsumerHandler,
  timeoutSeconds = 55,
): ConsumerInvocations {
  const running = new Set<Promise<void>>();
  let lastEnd = Number.POSITIVE_INFINITY;
  return {
    async invoke(event) {
      if (lastEnd < Number.POSITIVE_INFINITY) return;
      const end = performance.now() + timeoutSeconds * 1000;
      const remainingMs = () => Math.min(end, lastEnd) - performance.now();
      const run = runOnce(handler, event, remainingMs);
      running.add(run);
      await run;
      running.delete(run);
    },
    async stop() {
      lastEnd = performance.now() + farewellMs;
      await Promise.race([Promise.all(running), pause(stopLimitMs, undefined, { ref: false })]);
    },
  };
}

async function runOnce(
  handler: ConsumerHandler,
  event: unknown,
  remainingMs: () => number,
): Promise<void> {
  try {
    await handler(event, lambdaContext('consumer', remainingMs));
  } catch (error) {
    console.error('The consumer failed:', error);
  }
}
