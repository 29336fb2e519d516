// The stand-in of AWS for one test: what it holds, what it was asked, and the trouble that calls meet with.
import { onTestFinished } from 'vitest';
import { type AwsAccess, awsAccess } from '#functions/aws/access.ts';
import type { DatabaseUrlSource } from '#functions/runtime/database-url-source.ts';
import { type AwsServer, startAws, type Trouble } from '#local/aws/aws-server.ts';
import type { SignedRequest } from '#local/aws/operation.ts';

export interface TestAws extends AwsServer {
  readonly access: AwsAccess;
  readonly parameters: Map<string, string>;
  readonly secrets: Map<string, string>;
  /** Those whose signature was right, in their order. */
  readonly calls: SignedRequest[];
  /** The events that consumerArn was invoked with. */
  readonly events: unknown[];
  /** What the next calls meet with, one each. */
  readonly troubles: Trouble[];
  /** What every call meets with after those. */
  trouble: Trouble | undefined;
  /** What a function's settings say of the parameter. */
  readonly source: DatabaseUrlSource;
}

export const consumerArn = 'arn:aws:lambda:local:000000000000:function:consumer';
export const wakeUpGroup = 'wake-ups';
export const parameterName = '/shop/database-url';

/** now: the clock of the schedules. parameter: the value of parameterName. */
export async function openAws({
  now,
  parameter,
}: {
  now?: () => Date;
  parameter?: string;
} = {}): Promise<TestAws> {
  const parameters = new Map(parameter === undefined ? [] : [[parameterName, parameter]]);
  const secrets = new Map<string, string>();
  const calls: SignedRequest[] = [];
  const events: unknown[] = [];
  const troubles: Trouble[] = [];
  const server = await startAws({
    functions: new Map([[consumerArn, async (event: unknown) => void events.push(event)]]),
    groups: [wakeUpGroup],
    parameters,
    secrets,
    ...(now && { now }),
    trouble(call) {
      calls.push(call);
      return troubles.shift() ?? aws.trouble;
    },
  });
  onTestFinished(server.stop);
  const access = awsAccess(server.environment);
  const source = { from: 'parameter', name: parameterName, access } as const;
  const aws: TestAws = {
    ...server,
    access,
    parameters,
    secrets,
    calls,
    events,
    troubles,
    trouble: undefined,
    source,
  };
  return aws;
}
