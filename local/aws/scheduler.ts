// EventBridge Scheduler, as far as wake-ups need it: CreateSchedule with a time.
import * as z from 'zod';
import { AwsError } from './aws-error.ts';
import type { OneTimeSchedules } from './one-time-schedules.ts';
import { bodyIn, type Operation } from './operation.ts';

const arn = z.string().regex(/^arn:aws[\w-]*:/);

const form = z.strictObject({
  ClientToken: z.string().min(1).max(64),
  GroupName: z.string().default('default'),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.literal('UTC'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  ActionAfterCompletion: z.literal('DELETE'),
  Target: z.strictObject({
    Arn: arn,
    RoleArn: arn,
    Input: z.string(),
    RetryPolicy: z.strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400),
      MaximumRetryAttempts: z.int().min(0).max(185),
    }),
  }),
});

/** now: the clock that the schedules go by. */
export function createSchedule(schedules: OneTimeSchedules, now: () => Date): Operation {
  return (request) => {
    const [, name = ''] = /^\/schedules\/([\w.-]{1,64})$/.exec(request.path) ?? [];
    if (!name) throw new AwsError(400, 'ValidationException', `No schedule name: ${request.path}`);
    const asked = bodyIn(form, request);
    const { GroupName: group, ClientToken: token, ScheduleExpression: expression, Target } = asked;
    const at = timeOf(expression);
    if (!at) throw invalid(expression);
    const schedule = { group, name, at, targetArn: Target.Arn, input: Target.Input };
    const created = schedules.create(schedule, { now: now(), token });
    if (created === 'past') throw invalid(expression);
    if (created === 'exists')
      throw new AwsError(409, 'ConflictException', `Schedule ${name} already exists.`);
    if (created === 'no group')
      throw new AwsError(
        404,
        'ResourceNotFoundException',
        `Schedule Group ${group} does not exist.`,
      );
    const ScheduleArn = `arn:aws:scheduler:local:000000000000:schedule/${group}/${name}`;
    return { status: 200, body: { ScheduleArn } };
  };
}

const timeOf = (expression: string): Date | undefined => {
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  const at = new Date(`${time}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
};

// AWS says the same of what it cannot read and of what is over.
const invalid = (expression: string) =>
  new AwsError(400, 'ValidationException', `Invalid Schedule Expression ${expression}.`);
