import type { AwsAccess } from './access.ts';
import { callByTarget } from './call-by-target.ts';

/** Reads the text of a secret of Secrets Manager, by its name or ARN; empty when it holds bytes. Throws an AwsCallFailed. */
export async function readSecret(id: string, access: AwsAccess): Promise<string> {
  const answer = await callByTarget(access, {
    service: 'secretsmanager',
    target: 'secretsmanager.GetSecretValue',
    input: { SecretId: id },
  });
  return answer.SecretString ?? '';
}
