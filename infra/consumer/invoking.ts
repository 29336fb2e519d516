// How persistently the consumer is invoked, by the scheduler and by Lambda's own queue of asynchronous invocations.
import { Duration } from 'aws-cdk-lib';

export interface Invoking {
  readonly retryAttempts: number;
  readonly maxEventAge: Duration;
}

/** The next tick does what a failed or late one has left, so it is dropped as soon as both services allow. */
export const invokingTicks: Invoking = {
  retryAttempts: 0,
  maxEventAge: Duration.seconds(60),
};

/**
 * A deployment that sleeps has no next tick within the minute. A failed wake-up runs again after one minute and after two more,
 * which a database outlasts that is slow to wake; a throttled one is kept for an hour, and the backstop finds the rest. A wake-up
 * that comes late or twice does no harm, since the database says what is due.
 */
export const invokingWakeUps: Invoking = {
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
};
