import type { AwsAccess } from './access.ts';
import { type AwsCall, callAws, refused } from './call-aws.ts';

export interface OneTimeSchedule {
  readonly group: string;
  /** The same name is the same schedule. At most 64 letters, digits, hyphens, underscores and dots. */
  readonly name: string;
  /** Whole seconds; what is finer is cut off. */
  readonly at: Date;
  /** The function that it invokes, and the role by which it may. */
  readonly targetArn: string;
  readonly roleArn: string;
  /** The event of the invocation. */
  readonly input: object;
  readonly timeoutMs: number;
}

/**
 * When the function cannot be invoked at the time, it is tried again, with growing pauses, until this is over. A tick that is
 * late is worth nothing, since the next comes in a minute. A wake-up has no next one before the backstop: as long as that
 * has not come, a late one is better than none, and one for which nothing is left to do costs one look.
 */
const wakeUpRetryPolicy = { MaximumEventAgeInSeconds: 6 * 60 * 60, MaximumRetryAttempts: 185 };

/**
 * Creates a schedule that invokes a function once and then deletes itself. Answers 'exists' when there is one of this name
 * in the group, and 'past' when AWS does not take the time because it is over. Throws an AwsCallFailed.
 */
export async function createSchedule(
  access: AwsAccess,
  schedule: OneTimeSchedule,
): Promise<'created' | 'exists' | 'past'> {
  const call: AwsCall = {
    service: 'scheduler',
    operation: 'CreateSchedule',
    path: `/schedules/${encodeURIComponent(schedule.name)}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestOf(schedule)),
    timeoutMs: schedule.timeoutMs,
  };
  const answer = await callAws(access, call);
  const { status, errorType, text } = answer;
  if (status === 200) return 'created';
  if (errorType === 'ConflictException') return 'exists';
  // "Invalid Schedule Expression at(2026-11-28T23:45:30)". The form of ours is right, so only its time can be meant.
  if (errorType === 'ValidationException' && /schedule ?expression/i.test(text)) return 'past';
  throw refused(call, answer);
}

function requestOf({ group, at, targetArn, roleArn, input }: OneTimeSchedule) {
  return {
    // AWS answers a repeated request with the same token as it has answered the first.
    ClientToken: crypto.randomUUID(),
    GroupName: group,
    ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: targetArn,
      RoleArn: roleArn,
      Input: JSON.stringify(input),
      RetryPolicy: wakeUpRetryPolicy,
    },
  };
}
