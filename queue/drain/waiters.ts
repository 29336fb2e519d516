/** Callers that wait until something has changed, or for a given time. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Until the next wake, at most so many milliseconds. */
  wait(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, atMostMs);
      this.#waiting.add(wake);
    });
  }

  /** Wakes all of them: each finds out for itself whether there is anything to do. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
