// Reading one SecureString from SSM Parameter Store.
import { setTimeout as wait } from 'node:timers/promises';
import { type AwsAccess, signedHeaders } from './aws-signature.ts';

/** The parameter could not be read. Names the parameter, never its value. */
export class ParameterUnavailable extends Error {
  override readonly name = 'ParameterUnavailable';
  constructor(parameter: string, reason: string, cause?: unknown) {
    super(`Cannot read the SSM parameter "${parameter}": ${reason}`, { cause });
  }
}

type Answer =
  | { readonly value: string }
  | { readonly refusal: string; readonly isTransient: boolean; readonly cause?: unknown };

const tries = 3;
const timeoutMs = 2_000;

/** Reads and decrypts. Throws a ParameterUnavailable at once when AWS refuses, else after three tries. */
export async function readParameter(name: string, access: AwsAccess): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await getParameter(name, access);
    if ('value' in answer) return answer.value;
    if (!answer.isTransient || attempt === tries)
      throw new ParameterUnavailable(name, answer.refusal, answer.cause);
    await wait(100 * attempt);
  }
}

async function getParameter(name: string, access: AwsAccess): Promise<Answer> {
  const url = new URL(access.endpoint ?? regionalEndpoint(access.region));
  const body = JSON.stringify({ Name: name, WithDecryption: true });
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.GetParameter',
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: signedHeaders({ url, headers, body, service: 'ssm' }, access),
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return answerOf(response.status, await response.text());
  } catch (cause) {
    return { refusal: 'AWS did not answer', isTransient: true, cause };
  }
}

function regionalEndpoint(region: string): string {
  return `https://ssm.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
}

function answerOf(status: number, text: string): Answer {
  if (status === 200) return { value: String(JSON.parse(text).Parameter.Value) };
  // Only the error's type, such as AccessDeniedException: AWS's own sentence quotes identities.
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? `status ${status}`;
  return { refusal: type, isTransient: status >= 500 || /Throttl/.test(type) };
}
