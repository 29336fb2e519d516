// Signature Version 4 for one kind of request, a POST with a JSON body to a service's root. The SDK would do
// the same for 75 ms of CPU at every cold start, more than all the rest of the import together.
import { createHash, createHmac } from 'node:crypto';

/** Where and as whom to call AWS; what Lambda puts into every function's environment. */
export interface AwsAccess {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  /** Instead of the region's own, as AWS_ENDPOINT_URL_SSM gives it. */
  readonly endpoint: string | undefined;
}

interface UnsignedRequest {
  readonly url: URL;
  /** Names in lower case; host and x-amz-date are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** The request's headers with the signature added. */
export function signedHeaders(
  { url, headers, body, service }: UnsignedRequest,
  access: AwsAccess,
  now = new Date(),
): Record<string, string> {
  const instant = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const date = instant.slice(0, 8);
  const toSign: Record<string, string> = { ...headers, host: url.host, 'x-amz-date': instant };
  if (access.sessionToken) toSign['x-amz-security-token'] = access.sessionToken;
  const names = Object.keys(toSign).sort();
  const canonical = names.map((name) => `${name}:${toSign[name]}\n`).join('');
  const request = `POST\n/\n\n${canonical}\n${names.join(';')}\n${sha256(body)}`;

  const scope = `${date}/${access.region}/${service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${instant}\n${scope}\n${sha256(request)}`;
  const key = [date, access.region, service, 'aws4_request'].reduce<string | Buffer>(
    (derived, part) => hmac(derived, part),
    `AWS4${access.secretAccessKey}`,
  );
  const signature = hmac(key, text).toString('hex');
  const credential = `${access.accessKeyId}/${scope}`;
  return {
    ...toSign,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}
