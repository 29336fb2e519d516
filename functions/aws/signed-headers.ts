// Signs a request as AWS's Signature Version 4 describes it. A library for it would be four times as many bytes, most of them
// for other services and ways; the stand-in in local/aws/ checks these signatures with code of its own.
import type { AwsAccess, AwsService } from './access.ts';

interface Unsigned {
  readonly service: AwsService;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers to send, with the signature of all of them among them. Valid for five minutes. */
export async function signedHeaders(
  access: Omit<AwsAccess, 'endpoints'>,
  { service, method, url, headers, body }: Unsigned,
): Promise<Record<string, string>> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const sent: Record<string, string> = { ...headers, 'x-amz-date': date };
  if (access.sessionToken) sent['x-amz-security-token'] = access.sessionToken;
  // Whoever sends the request adds the header Host.
  const signed = Object.entries({ ...sent, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    method,
    // The path as it is sent, encoded once more.
    url.pathname.split('/').map(encoded).join('/'),
    Array.from(url.searchParams, (pair) => pair.map(encoded).join('='))
      .sort()
      .join('&'),
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    names,
    await sha256(body),
  ].join('\n');
  const scope = [date.slice(0, 8), access.region, service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), await sha256(canonical)].join('\n');
  let key = bytes(`AWS4${access.secretAccessKey}`);
  for (const part of [...scope, toSign]) key = await hmac(key, part);
  const credential = `${access.accessKeyId}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${hex(key)}`;
  return { ...sent, authorization };
}

type Bytes = Uint8Array<ArrayBuffer>;

const bytes = (text: string): Bytes => new TextEncoder().encode(text);

const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = async (text: string) =>
  hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text))));

async function hmac(key: Bytes, text: string): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytes(text)));
}

const hex = (digest: Bytes) => Buffer.from(digest).toString('hex');
