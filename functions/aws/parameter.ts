// Reads one SecureString from SSM Parameter Store by a signed request of our own. Importing the SDK's client would cost
// every cold start 75 ms of CPU, more than all other imports together.
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';

/** Where to call AWS and as whom. Lambda puts all of this into every function's environment. */
export interface AwsAccess {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  /** Called instead of the region's own endpoint; given by AWS_ENDPOINT_URL_SSM. */
  readonly endpoint: string | undefined;
}

/** The parameter could not be read. The message names the parameter and AWS's reason, never a value. */
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

/** Reads and decrypts. Throws a ParameterUnavailable: at once when AWS refuses, after three tries when AWS is away. */
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
  const { endpoint, sessionToken, ...identity } = access;
  const signer = new AwsV4Signer({
    ...identity,
    ...(sessionToken && { sessionToken }),
    service: 'ssm',
    url: endpoint ?? regionalEndpoint(access.region),
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
    },
    body: JSON.stringify({ Name: name, WithDecryption: true }),
  });
  try {
    const { url, ...request } = await signer.sign();
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
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
  // Only the error's type, such as AccessDeniedException, is kept: AWS's sentence quotes account and role.
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? `status ${status}`;
  return { refusal: type, isTransient: status >= 500 || /Throttl/.test(type) };
}
