// The time that an invocation has left, as Lambda's context tells it, in the hands of a test.
import { onTestFinished } from 'vitest';

/** A step of the clock counts no more, so that time in which a busy machine lets this process wait does not pass. */
const longestStepMs = 25;

export interface InvocationClock {
  readonly remainingMs: () => number;
  /** Lets the time that is left, or the given one, run down. */
  run(fromMs?: number): void;
}

/** Stands still until it is told to run. */
export function invocationClock(standsAtMs = 60_000): InvocationClock {
  let leftMs = standsAtMs;
  return {
    remainingMs: () => leftMs,
    run(fromMs = leftMs) {
      leftMs = fromMs;
      let lookedAt = performance.now();
      const running = setInterval(() => {
        const now = performance.now();
        leftMs -= Math.min(longestStepMs, now - lookedAt);
        lookedAt = now;
      }, 5);
      onTestFinished(() => clearInterval(running));
    },
  };
}
