import { setTimeout as wait } from 'node:timers/promises';
import { answerWithin } from './answer-within.ts';
import { failureKind, mostRepeats } from './failure-kind.ts';

const firstWaitMs = 50;
const longestWaitMs = 5_000;

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
  const startedAt = performance.now();
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await answerWithin(budgetMs - (performance.now() - startedAt), call(repeats));
    } catch (error) {
      const waitMs =
        Math.min(longestWaitMs, firstWaitMs * 2 ** repeats) * (0.5 + Math.random() / 2);
      const spentMs = performance.now() - startedAt;
      const isOver = repeats >= mostRepeats[failureKind(error)] || spentMs + waitMs > budgetMs;
      if (isOver) throw error;
      await wait(waitMs);
    }
  }
}
