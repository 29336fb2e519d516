// What a page can know of the others of its origin, and of the network. All of it is left out where the browser has none of it.

import { pause } from './pause.ts';

interface Locks {
  request(
    name: string,
    options: { readonly signal: AbortSignal },
    run: () => Promise<void>,
  ): Promise<void>;
}

/** Runs it while no other tab runs anything under the name, and at once where there are no Web Locks. */
export async function inOneTab(
  name: string,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<void> {
  const { navigator }: { navigator?: { locks?: Locks } } = globalThis as object;
  return navigator?.locks ? navigator.locks.request(name, { signal }, run) : run();
}

/** Resolves after so many milliseconds, when the network comes back, or when the signal is aborted. */
export async function pauseUnlessOnline(ms: number, signal: AbortSignal): Promise<void> {
  const awake = new AbortController();
  const wake = () => awake.abort();
  const { addEventListener: listen } = globalThis as Partial<EventTarget>;
  listen?.call(globalThis, 'online', wake, { signal: awake.signal });
  await pause(ms, AbortSignal.any([awake.signal, signal])).catch(() => {});
  // The listener goes with it.
  wake();
}

/** An error that nobody waits for is told as one that nobody has caught, where the platform has a way to do that. */
export function report(error: unknown): void {
  const { reportError }: { reportError?: (error: unknown) => void } = globalThis as object;
  reportError?.(error);
}
