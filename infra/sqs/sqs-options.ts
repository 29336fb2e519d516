// What an operator decides about the queues on SQS, and what is refused at the synthesis.
import { Duration } from 'aws-cdk-lib';
import type { SqsQueue } from '#bundling/sqs-queues.ts';
import { type FunctionOptions, memoryRange } from '#infra/function/function-options.ts';
import { type Range, requireInRange, requireSeconds } from '#infra/function/in-range.ts';

/** What may be changed about the function that handles what SQS delivers. Only with queues on SQS. */
export interface SqsOptions extends FunctionOptions {
  /** In MB, 256 to 10240. Default 1024, as the consumer's. */
  readonly memorySize?: number | undefined;
  /** How long one invocation handles up to ten messages, 10 seconds to 15 minutes. Default 55 seconds. */
  readonly timeout?: Duration | undefined;
  /**
   * For how many batches of each queue, or of each class of its priorities, Lambda invokes the function at once, 2 to 1000. Default
   * 50: with ten messages in a batch that is up to 500 handlers of a queue, and 50 calls of the database.
   */
  readonly maximumConcurrency?: number | undefined;
}

export const defaultTimeout = Duration.seconds(55);
export const sqsTimeoutRange: Range = { from: 10, to: 900, of: 'seconds' };
/** Lambda's own. */
export const maximumConcurrencyRange: Range = { from: 2, to: 1_000, of: 'invocations' };

/** What receive, settle and Lambda itself take of an invocation, so that a handler which ends in time is settled, too. */
const aroundHandlerSeconds = 5;

/** Throws a RangeError that names the property, or the queue whose handlers may run for longer than an invocation. */
export function requireSqsOptions(options: SqsOptions, queues: readonly SqsQueue[]): void {
  const { memorySize, timeout, maximumConcurrency } = options;
  requireInRange('sqs.memorySize', memorySize, memoryRange);
  requireSeconds('sqs.timeout', timeout, sqsTimeoutRange);
  requireInRange('sqs.maximumConcurrency', maximumConcurrency, maximumConcurrencyRange);
  const seconds = (timeout ?? defaultTimeout).toSeconds();
  for (const { name, policy } of queues)
    if (policy.timeoutSeconds > seconds - aroundHandlerSeconds)
      throw new RangeError(
        `Queue "${name}": timeoutSeconds is at most ${seconds - aroundHandlerSeconds} where sqs.timeout is ${seconds} seconds, since an invocation has to settle what it handled; got ${policy.timeoutSeconds}: shorten it, or raise sqs.timeout`,
      );
}
