// How long SQS keeps messages, and keeps those that it has handed out from others.
import { Duration } from 'aws-cdk-lib';

/** SQS keeps none for longer. */
export const longestRetention = Duration.days(14);

/** Beyond the invocation, so that no message comes back while its handler may still be at work. */
export const visibilityOf = (timeout: Duration): Duration => timeout.plus(Duration.seconds(30));
