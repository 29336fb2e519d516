// EventBridge Scheduler's recurring schedules on this machine.

/** What the schedule sends with each tick. */
export interface TickEvent {
  /** ISO 8601, in whole seconds. */
  readonly scheduledTime: string;
  /** For which database it is; left out for the first. */
  readonly database?: number;
}

export interface TickOptions {
  /** Settles when the consumer has ended; never rejects. */
  readonly invoke: (event: TickEvent) => Promise<void>;
  /** Milliseconds between ticks. */
  readonly everyMs: number;
  /** How many databases there are. Default 1. */
  readonly databases?: number;
}

const mostAtOnce = 2;

/** A schedule for each database. Answers how to fire no more. */
export function startTicks({ databases = 1, ...options }: TickOptions): () => void {
  const stops = Array.from({ length: databases }, (_, database) =>
    startSchedule(options, database),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

/** Fires at once and then at every interval. Two ticks may overlap, as in the cloud; a third one is left out. */
function startSchedule({ invoke, everyMs }: TickOptions, database: number): () => void {
  let running = 0;
  const tick = async () => {
    if (running >= mostAtOnce) return;
    running += 1;
    const scheduledTime = `${new Date().toISOString().slice(0, 19)}Z`;
    await invoke({ scheduledTime, ...(database > 0 && { database }) });
    running -= 1;
  };
  void tick();
  const schedule = setInterval(tick, everyMs);
  return () => clearInterval(schedule);
}
