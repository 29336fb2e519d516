/** Resolves after so many milliseconds, and rejects with the signal's reason as soon as that is aborted. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

const firstWaitMs = 250;
const longestWaitMs = 10_000;

/**
 * How long to wait before the next try, in milliseconds: as long as the answer asks for and up to a fifth more, or else a wait that
 * doubles from 250 ms to 10 s. It is drawn at random, so that clients that failed together do not come back together.
 */
export function waitBefore(tries: number, retryAfterSeconds: number | undefined): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000 * (1 + Math.random() / 5);
  return Math.min(longestWaitMs, firstWaitMs * 2 ** tries) * (0.5 + Math.random() / 2);
}
