import { monotonicMs } from '#queue/monotonic-ms.ts';
import { wait } from '#queue/wait.ts';
import { answerWithin } from './answer-within.ts';
import { failureKind, mostRepeats } from './failure-kind.ts';

const firstWaitMs = 50;
/** The longest wait between two calls, in milliseconds. */
export const longestWaitMs = 5_000;
/** No wait lasts into this end of the budget: a database that has come back by then is found in time. */
const lastCallMs = 500;
/** So much earlier than asked may a timer of Node's end. A wait that ends before lastCallMs would be followed by another. */
const earlyMs = 2;

/**
 * Makes a call again while its failure is one that may pass by itself (see mostRepeats), with jittered waits that double
 * from 50 ms to 5 s. Only for calls that may be repeated when their answer was lost. After budgetMs it throws the last
 * error, or NoAnswer when the call is still under way; other errors it throws at once. The call is told how many times
 * it was made before.
 */
export async function retryTransient<Result>(
  call: (repeats: number) => Promise<Result>,
  { budgetMs }: { budgetMs: number },
): Promise<Result> {
  const startedAt = monotonicMs();
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await answerWithin(budgetMs - (monotonicMs() - startedAt), call(repeats));
    } catch (error) {
      const leftMs = budgetMs - (monotonicMs() - startedAt);
      const waitMs = waitBefore(repeats, leftMs);
      if (repeats >= mostRepeats[failureKind(error)] || waitMs > leftMs) throw error;
      await wait(waitMs);
    }
  }
}

function waitBefore(repeats: number, leftMs: number): number {
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** repeats) * (0.5 + Math.random() / 2);
  return leftMs > lastCallMs ? Math.min(waitMs, leftMs - lastCallMs + earlyMs) : waitMs;
}
