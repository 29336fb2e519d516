import type { AwsAccess } from './access.ts';
import { type AwsCall, callAws, refused } from './call-aws.ts';

/**
 * Asks Lambda to invoke a function asynchronously: resolves when Lambda has taken the event, long before the function ends.
 * An event whose acceptance was not answered is sent again, so that it may come twice. Throws an AwsCallFailed.
 */
export async function invokeFunction(
  access: AwsAccess,
  {
    functionArn,
    event,
    timeoutMs,
  }: { readonly functionArn: string; readonly event: object; readonly timeoutMs: number },
): Promise<void> {
  const call: AwsCall = {
    service: 'lambda',
    operation: 'Invoke',
    path: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
    headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
    body: JSON.stringify(event),
    timeoutMs,
  };
  const answer = await callAws(access, call);
  if (answer.status !== 202) throw refused(call, answer);
}
