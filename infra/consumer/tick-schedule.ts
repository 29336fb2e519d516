// The schedule that invokes the consumer, every minute unless the operator has it otherwise: once or not at all, since the next
// tick does the work of one that would come late. In a deployment that sleeps it is the backstop, and hours lie before the next one.
import { Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  type ScheduleTargetConfig,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { type Range, requireInRange } from '#infra/function/in-range.ts';
import { invokingAt } from './invoking.ts';
import { createScheduleRole } from './schedule-role.ts';

/** More than an hour between two ticks is what the mode `sleep` is for. */
export const tickRange: Range = { from: 1, to: 60, of: 'minutes' };

/** Throws: EventBridge Scheduler knows no rate under a minute, and a deployment that sleeps has its backstop. */
export function requireTickRate(tickEvery: Duration | undefined, backstop?: Duration): void {
  const hint = ': for messages within a second set eager, for hours without a query sleep';
  requireInRange('tickEvery', tickEvery?.toMinutes({ integral: false }), tickRange, hint);
  if (tickEvery && backstop)
    throw new TypeError('tickEvery says nothing in a deployment that sleeps: set sleep.backstop');
}

export interface TickScheduleProps {
  readonly consumer: IFunction;
  /** How often it fires. Default: every minute. */
  readonly rate?: Duration | undefined;
  /** How many databases there are, each with a schedule: one that is away fails its own invocations alone. */
  readonly databases: number;
}

export class TickSchedule extends Construct {
  constructor(scope: Construct, id: string, props: TickScheduleProps) {
    super(scope, id);
    const { rate = Duration.minutes(1), databases } = props;
    const target = this.targetOf(props);
    for (let database = 0; database < databases; database += 1)
      new Schedule(this, database === 0 ? 'Schedule' : `Schedule${database}`, {
        description: `Drains the queues of Millrace${database === 0 ? '' : ` in database ${database}`}`,
        schedule: ScheduleExpression.rate(rate),
        target: { bind: () => ({ ...target, input: inputFor(database) }) },
      });
  }

  /** The library's own `LambdaInvoke` would let the schedule invoke every version of the function. */
  private targetOf({ consumer, rate }: TickScheduleProps): ScheduleTargetConfig {
    const { retryAttempts, maxEventAge } = invokingAt(rate);
    const groupArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    return {
      arn: consumer.functionArn,
      role: createScheduleRole(this, { groupArn, consumer }),
      retryPolicy: {
        maximumRetryAttempts: retryAttempts,
        maximumEventAgeInSeconds: maxEventAge.toSeconds(),
      },
    };
  }
}

/** Without its number it is for the first database, as it is where there is no other. */
const inputFor = (database: number) =>
  ScheduleTargetInput.fromObject({
    scheduledTime: ContextAttribute.scheduledTime,
    ...(database > 0 && { database }),
  });
