// EventBridge Scheduler on this machine: fires the consumer's handler on a schedule.
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { lambdaContext } from '#local/gateway/lambda-context.ts';

/** What the schedule sends with each tick. */
export interface TickEvent {
  /** ISO 8601, in whole seconds. */
  readonly scheduledTime: string;
}

type TickHandler = (event: TickEvent, context: Context) => Promise<unknown>;

export interface TickOptions {
  readonly handler: TickHandler;
  /** Milliseconds between ticks. */
  readonly everyMs: number;
  /** How much time a tick is told to have at its start. Default 55, the timeout of the consumer in the cloud. */
  readonly timeoutSeconds?: number;
}

export interface Ticks {
  /** Fires no more, lets the running ticks settle what they hold, and waits for them, 10 seconds at most. */
  stop(): Promise<void>;
}

const mostAtOnce = 2;
/** How much time a running tick is told to have left when everything stops: too little to claim more, enough to settle. */
const farewellMs = 3_000;
const stopLimitMs = 10_000;

/** Fires at once and then at every interval. Two ticks may overlap, as in the cloud; a third one is left out. */
export function startTicks({ handler, everyMs, timeoutSeconds = 55 }: TickOptions): Ticks {
  const running = new Set<Promise<void>>();
  let lastEnd = Number.POSITIVE_INFINITY;
  const tick = () => {
    if (running.size >= mostAtOnce) return;
    const end = performance.now() + timeoutSeconds * 1000;
    const remainingMs = () => Math.min(end, lastEnd) - performance.now();
    const run = fire(handler, remainingMs).finally(() => running.delete(run));
    running.add(run);
  };
  tick();
  const schedule = setInterval(tick, everyMs);
  return {
    async stop() {
      clearInterval(schedule);
      lastEnd = performance.now() + farewellMs;
      await Promise.race([Promise.all(running), pause(stopLimitMs, undefined, { ref: false })]);
    },
  };
}

async function fire(handler: TickHandler, remainingMs: () => number): Promise<void> {
  const scheduledTime = `${new Date().toISOString().slice(0, 19)}Z`;
  try {
    await handler({ scheduledTime }, lambdaContext('consumer', remainingMs));
  } catch (error) {
    console.error('A tick failed:', error);
  }
}
