// What the consumer is sent with a wake-up. Nothing depends on it but when the drain ends.

/** For a wake-up that a schedule fires at the time for which it was armed. */
export const scheduledWakeUp = { wakeUp: 'scheduled' };
/** For a wake-up by an enqueue. */
export const enqueuedWakeUp = { wakeUp: 'enqueued' };

/** Whether an enqueue has woken the consumer, in whatever form the event comes. */
export const isForEnqueue = (event: unknown): boolean =>
  typeof event === 'object' &&
  event !== null &&
  'wakeUp' in event &&
  event.wakeUp === enqueuedWakeUp.wakeUp;
