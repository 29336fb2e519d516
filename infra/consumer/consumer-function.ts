// The function that a tick invokes: it drains the queues inside its own invocation.
import { Duration, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import type { FunctionSource } from '#infra/function/function-code.ts';
import type { SharedOptions } from '#infra/function/function-options.ts';
import { MillraceFunction } from '#infra/function/millrace-function.ts';
import { type ConsumerOptions, requireConsumerOptions } from './consumer-options.ts';
import { handlerSecretsOf } from './handler-secrets.ts';
import { type Invoking, invokingAt } from './invoking.ts';

export interface ConsumerFunctionProps extends ConsumerOptions, SharedOptions {
  /** Which of the two it is: the one that relays, too, is larger. */
  readonly entry: 'consumer' | 'relaying-consumer';
  readonly source: FunctionSource;
  readonly databaseUrl: DatabaseUrl;
  /** How often an invocation that fails or is throttled is repeated. Default: never, because the next tick does its work. */
  readonly invoking?: Invoking | undefined;
}

export class ConsumerFunction extends MillraceFunction {
  constructor(scope: Construct, id: string, props: ConsumerFunctionProps) {
    requireConsumerOptions(props);
    const { invoking = invokingAt(), timeout, memorySize, policies = [], ...given } = props;
    const { secrets = {}, ...options } = given;
    const read = handlerSecretsOf(scope, secrets);
    super(scope, id, {
      description: 'Claims, handles and settles the deliveries that are due',
      // Less than the minute between two ticks. Also less than the default lease of 90 s, so that nobody takes a claim over
      // while the invocation that made it may still be at work.
      timeout: timeout ?? Duration.seconds(55),
      // That is 0.58 of a processor. Ticks that find nothing take 0.1 s each and cost 0.06 USD a month; a consumer that is
      // never idle costs 32 USD. Work that computes costs the same at any size, because a larger function is done sooner.
      // Work that waits for others costs less in a smaller one.
      memorySize: memorySize ?? 1024,
      ...invoking,
      ...options,
      environment: { ...options.environment, ...read.environment },
    });
    for (const statement of [...read.statements, ...policies])
      this.grantPrincipal.addToPrincipalPolicy(statement);
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason:
        'An invocation that failed has nothing worth keeping: what it left undone is in Postgres, for the next tick or wake-up.',
    });
  }
}
