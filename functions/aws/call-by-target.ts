// The protocol of AWS's older services: everything is a POST to one path, and a header says which operation is meant.
import type { AwsAccess, AwsService } from './access.ts';
import { type AwsCall, callAws, refused } from './call-aws.ts';

interface TargetCall {
  readonly service: AwsService;
  /** Of the operation, with AWS's prefix for the service. */
  readonly target: string;
  readonly input: object;
  /** The protocol's version that the service speaks. Default: 1.1. */
  readonly protocol?: '1.0' | '1.1';
  /** When the caller can wait no longer, as callAws has it. Default: 6,000. */
  readonly timeoutMs?: number;
}

/** Answers what the operation returns. Throws an AwsCallFailed. */
export async function callByTarget(
  access: AwsAccess,
  { service, target, input, protocol = '1.1', timeoutMs = 6_000 }: TargetCall,
  // biome-ignore lint/suspicious/noExplicitAny: its form is AWS's, and each caller knows that of its own operation
): Promise<any> {
  const call: AwsCall = {
    service,
    operation: target.replace(/^.*\./, ''),
    path: '/',
    headers: { 'content-type': `application/x-amz-json-${protocol}`, 'x-amz-target': target },
    body: JSON.stringify(input),
    timeoutMs,
  };
  const answer = await callAws(access, call);
  if (answer.status === 200)
    try {
      return JSON.parse(answer.text);
    } catch {
      // Somebody between here and AWS has answered. The parser's own words would quote what may be a secret.
    }
  throw refused(call, answer);
}
