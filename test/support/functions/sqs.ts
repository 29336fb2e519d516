// The stand-in of SQS for one test, behind the stand-in of AWS: queues, a clock that the test moves, and the trouble that it wants.
import { onTestFinished } from 'vitest';
import { type AwsAccess, awsAccess } from '#functions/aws/access.ts';
import { startAws, type Trouble } from '#local/aws/aws-server.ts';
import type { OneTimeSchedules } from '#local/aws/one-time-schedules.ts';
import type { SignedRequest } from '#local/aws/operation.ts';
import { sqsOperations } from '#local/sqs/operations.ts';
import { type QueueSettings, queueUrl } from '#local/sqs/queue-settings.ts';
import { Sqs, type SqsTroubles } from '#local/sqs/sqs.ts';
import { wakeUpGroup } from './aws.ts';

export interface TestSqs {
  readonly sqs: Sqs;
  readonly access: AwsAccess;
  /** What every queue's URL begins with. */
  readonly queuesUrl: string;
  /** What Lambda would put into a function's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The wake-ups that were armed. */
  readonly schedules: OneTimeSchedules;
  /** The queues' clock: it stands still until a test moves it. */
  readonly clock: { now: Date };
  /** Those whose signature was right, in their order. */
  readonly calls: SignedRequest[];
  /** What the next calls meet with, one each. */
  readonly troubles: Trouble[];
}

export async function openSqs(
  queues: readonly QueueSettings[],
  {
    onCall,
    ...options
  }: {
    readonly journalFile?: string;
    readonly troubles?: SqsTroubles;
    /** Called for each call before it is carried out; what it answers the call meets with. */
    readonly onCall?: (call: SignedRequest) => Trouble | undefined;
  } = {},
): Promise<TestSqs> {
  const clock = { now: new Date() };
  const calls: SignedRequest[] = [];
  const troubles: Trouble[] = [];
  const sqs = new Sqs({ queues, now: () => clock.now, ...options });
  const { environment, schedules, stop } = await startAws({
    functions: new Map(),
    groups: [wakeUpGroup],
    sqs: sqsOperations(sqs),
    trouble(call) {
      calls.push(call);
      return onCall?.(call) ?? troubles.shift();
    },
  });
  onTestFinished(stop);
  const access = awsAccess(environment);
  const endpoint = environment['AWS_ENDPOINT_URL_SQS'] ?? '';
  const held = { sqs, schedules, clock, calls, troubles };
  return { ...held, access, environment, queuesUrl: queueUrl(endpoint, '') };
}
