import type { AwsAccess } from './access.ts';
import { callByTarget } from './call-by-target.ts';

/** Reads and decrypts one SecureString of SSM's Parameter Store. Throws an AwsCallFailed. */
export async function readParameter(name: string, access: AwsAccess): Promise<string> {
  const answer = await callByTarget(access, {
    service: 'ssm',
    target: 'AmazonSSM.GetParameter',
    input: { Name: name, WithDecryption: true },
  });
  return String(answer.Parameter.Value);
}
