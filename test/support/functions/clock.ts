import { onTestFinished, vi } from 'vitest';

/** Lets the rest of a test move the clock that caches go by. */
export function moveClock(): { forward(ms: number): void } {
  let aheadMs = 0;
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  onTestFinished(() => clock.mockRestore());
  return {
    forward: (ms) => {
      aheadMs += ms;
    },
  };
}
