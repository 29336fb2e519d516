// What tells a function that something else than a tick each minute wakes the consumer.

import { type AwsAccess, awsAccess } from '#functions/aws/access.ts';
import { CONSUMER_ARN, EAGER, WAKE_UP_GROUP, WAKE_UP_ROLE } from '#functions/environment.ts';
import { misuse } from '#queue/misuse.ts';

export interface WakeUpSettings {
  readonly access: AwsAccess;
  /** The consumer's; undefined in the consumer, which learns it with each invocation. */
  readonly consumerArn: string | undefined;
  /** Where wake-ups are armed, and by whose right they invoke the consumer. Undefined unless the deployment sleeps. */
  readonly schedules: { readonly group: string; readonly roleArn: string } | undefined;
  /** Whether an enqueue wakes the consumer at once. */
  readonly isEager: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when ticks alone wake the consumer: then nothing of AWS is needed. */
export function readWakeUpSettings(environment: Environment): WakeUpSettings | undefined {
  const group = environment[WAKE_UP_GROUP];
  const roleArn = environment[WAKE_UP_ROLE];
  const isEager = environment[EAGER] === 'on';
  if (!group && !isEager) return undefined;
  if (group && !roleArn) misuse(`Missing environment variable: ${WAKE_UP_ROLE}`);
  return {
    access: awsAccess(environment),
    consumerArn: environment[CONSUMER_ARN],
    schedules: group && roleArn ? { group, roleArn } : undefined,
    isEager,
  };
}
