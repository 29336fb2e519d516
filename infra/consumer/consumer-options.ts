// What an operator decides about the consumer, and what is refused at the synthesis.
import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type FunctionOptions, memoryRange } from '#infra/function/function-options.ts';
import { type Range, requireInRange, requireSeconds } from '#infra/function/in-range.ts';
import { requireOwnNames } from '#infra/function/own-environment.ts';
import { type HandlerSecrets, requireHandlerSecrets } from './handler-secrets.ts';

/** What may be changed about the consumer. */
export interface ConsumerOptions extends FunctionOptions {
  /** In MB, 256 to 10240. 1769 is one whole processor: take it when handlers compute more than they wait. Default 1024. */
  readonly memorySize?: number | undefined;
  /**
   * How long one invocation drains, 10 seconds to 15 minutes, and less than `shortestLease`. Default 55 seconds: it ends
   * before the next tick.
   */
  readonly timeout?: Duration | undefined;
  /**
   * The least `leaseSeconds` of your queues; default 90 seconds, which is theirs. An invocation must end before the leases
   * do, so that what Lambda has stopped is not handled a second time while the first is still at work.
   */
  readonly shortestLease?: Duration;
  /**
   * Invocations that may run at once, 1 to 1000. Default: no limit, because correctness does not need one and a new
   * account, which may have only 10 for all its functions, refuses to reserve any.
   */
  readonly reservedConcurrentExecutions?: number;
  /** Variables for the handlers, default none; not those that begin with `MILLRACE_` or `AWS_`. No secrets: everybody who sees the console can read them. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Where secrets of the handlers are, by the variable that `onWebhook` names them by: the function is told the
   * place, as `CRM_SECRETS_PARAMETER` or `CRM_SECRETS_SECRET`, and may read it. Default none.
   */
  readonly secrets?: HandlerSecrets;
  /** What else the handlers may do in AWS, default nothing. `bucket.grantRead(millrace.consumer)` is shorter where there is such a method. */
  readonly policies?: readonly PolicyStatement[];
}

const defaultShortestLease = Duration.seconds(90);
export const concurrencyRange: Range = { from: 1, to: 1_000, of: 'invocations' };
export const consumerTimeoutRange: Range = { from: 10, to: 900, of: 'seconds' };

/** Throws a RangeError or a TypeError that names the property and says what it may be. */
export function requireConsumerOptions(options: ConsumerOptions): void {
  const { memorySize, timeout, shortestLease = defaultShortestLease } = options;
  requireInRange('consumer.memorySize', memorySize, memoryRange);
  requireInRange(
    'consumer.reservedConcurrentExecutions',
    options.reservedConcurrentExecutions,
    concurrencyRange,
    ': to stop the consumer, pause its queues',
  );
  requireSeconds('consumer.timeout', timeout, consumerTimeoutRange);
  if (timeout && timeout.toSeconds() >= shortestLease.toSeconds())
    throw new RangeError(
      `consumer.timeout is less than the shortest lease, ${shortestLease.toSeconds()} seconds; got ${timeout.toSeconds()}: shorten it, or give your queues longer leases and say in consumer.shortestLease how long`,
    );
  const { environment = {}, secrets = {} } = options;
  requireOwnNames('consumer.environment', environment);
  requireHandlerSecrets(secrets, environment);
}
