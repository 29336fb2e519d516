// How persistently the consumer is invoked, by the scheduler and by Lambda's own queue of asynchronous invocations.
import { Duration } from 'aws-cdk-lib';

export interface Invoking {
  readonly retryAttempts: number;
  readonly maxEventAge: Duration;
}

/** The next tick does what a failed or late one has left, so it is dropped as soon as both services allow. */
const once: Invoking = {
  retryAttempts: 0,
  maxEventAge: Duration.seconds(60),
};

/**
 * No tick follows soon. What has failed runs again after one minute and after two more, which a database outlasts that is slow to
 * wake; what is throttled is kept for an hour, and the next tick or the backstop finds the rest. An invocation that comes late or
 * twice does no harm, since the database says what is due.
 */
const again: Invoking = {
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
};

/** Lambda's two retries are over after some three minutes, so up to here the next tick comes about as soon. */
const soon = Duration.minutes(5);

/** For a recurring schedule of this rate; in a deployment that sleeps its wake-ups are invoked likewise. Default: each minute. */
export function invokingAt(rate = Duration.minutes(1)): Invoking {
  return rate.toSeconds() <= soon.toSeconds() ? once : again;
}
