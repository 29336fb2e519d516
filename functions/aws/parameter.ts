import type { AwsAccess } from './access.ts';
import { AwsCallFailed } from './aws-call-failed.ts';
import { type AwsCall, callAws, refused } from './call-aws.ts';

/** The parameter could not be read. The message names the parameter and AWS's reason, never a value. */
export class ParameterUnavailable extends Error {
  override readonly name = 'ParameterUnavailable';
  constructor(parameter: string, reason: string, cause?: unknown) {
    super(`Cannot read the SSM parameter "${parameter}": ${reason}`, { cause });
  }
}

const timeoutMs = 6_000;

/** Reads and decrypts one SecureString. Throws a ParameterUnavailable. */
export async function readParameter(name: string, access: AwsAccess): Promise<string> {
  const call: AwsCall = {
    service: 'ssm',
    operation: 'GetParameter',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
    },
    body: JSON.stringify({ Name: name, WithDecryption: true }),
    timeoutMs,
  };
  try {
    const { status, errorType, text } = await callAws(access, call);
    if (status === 200) return String(JSON.parse(text).Parameter.Value);
    throw refused(call, { reason: errorType ?? `status ${status}`, isTransient: false });
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
    throw new ParameterUnavailable(name, error.reason, error);
  }
}
