// EventBridge Scheduler's recurring schedule on this machine.

/** What the schedule sends with each tick. */
export interface TickEvent {
  /** ISO 8601, in whole seconds. */
  readonly scheduledTime: string;
}

export interface TickOptions {
  /** Settles when the consumer has ended; never rejects. */
  readonly invoke: (event: TickEvent) => Promise<void>;
  /** Milliseconds between ticks. */
  readonly everyMs: number;
}

const mostAtOnce = 2;

/**
 * Fires at once and then at every interval. Two ticks may overlap, as in the cloud; a third one is left out. Answers how to
 * fire no more.
 */
export function startTicks({ invoke, everyMs }: TickOptions): () => void {
  let running = 0;
  const tick = async () => {
    if (running >= mostAtOnce) return;
    running += 1;
    await invoke({ scheduledTime: `${new Date().toISOString().slice(0, 19)}Z` });
    running -= 1;
  };
  void tick();
  const schedule = setInterval(tick, everyMs);
  return () => clearInterval(schedule);
}
