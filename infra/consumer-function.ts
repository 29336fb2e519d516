// The function that a tick invokes: it drains the queues inside its own invocation.
import { Duration, Validations } from 'aws-cdk-lib';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { MillraceFunction } from './millrace-function.ts';
import { maxTickAge } from './tick-schedule.ts';

export interface ConsumerOptions {
  /** In MB. 1769 is one whole processor: take it when handlers compute more than they wait. Default 1024. */
  readonly memorySize?: number;
  /**
   * Invocations that may run at once. Default: no limit, because correctness does not need one and a new account,
   * which may have only 10 for all its functions, refuses to reserve any.
   */
  readonly reservedConcurrentExecutions?: number;
}

export interface ConsumerFunctionProps extends ConsumerOptions {
  readonly databaseUrl: IStringParameter;
}

export class ConsumerFunction extends MillraceFunction {
  constructor(scope: Construct, id: string, props: ConsumerFunctionProps) {
    super(scope, id, {
      entry: 'consumer',
      description: 'Claims, handles and settles the deliveries that are due',
      // Less than the minute between two ticks, and less than the default lease of 90 s:
      // a claim is not taken over while the invocation that made it may still be at work.
      timeout: Duration.seconds(55),
      // 0.58 of a processor. Ticks that find nothing (0.1 s) cost 0.06 USD a month, one that never rests 32 USD.
      // Work that computes costs the same at any size; work that waits for others costs less in a small one.
      memorySize: 1024,
      // The next tick does what a failed or late one has left, so nothing is gained by running one again.
      retryAttempts: 0,
      maxEventAge: maxTickAge,
      ...props,
    });
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason:
        'A tick that failed has nothing worth keeping: the next one is at most a minute away.',
    });
  }
}
