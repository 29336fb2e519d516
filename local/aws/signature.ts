// Who has signed a request, by AWS's Signature Version 4. It is checked here from AWS's description of it and not with the
// library by which the functions sign, so that the two cannot be wrong together.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** AWS refuses what was signed longer ago, or for later. */
const mostSkewMs = 5 * 60_000;

/** Answers the service that the request was signed for. Throws an AwsError of AWS's own types. */
export function signedService(
  request: IncomingMessage,
  body: Buffer,
  credentials: Credentials,
): string {
  const { authorization = '' } = request.headers;
  const [, key, scope = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? refuse('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const token = request.headers['x-amz-security-token'];
  if (key !== credentials.accessKeyId || token !== credentials.sessionToken)
    refuse('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const date = requireRecent(headerOf(request, 'x-amz-date'));
  requireSigned(request, names.split(';'));
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical(request, body, names))];
  const expected = hmac(signingKey(credentials.secretAccessKey, scope), toSign.join('\n'));
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    refuse(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    );
  return scope.split('/')[2] ?? '';
}

function refuse(type: string, message: string): never {
  throw new AwsError(403, type, message);
}

function requireRecent(date: string): string {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5');
  if (!(Math.abs(Date.now() - Date.parse(iso)) <= mostSkewMs))
    refuse('InvalidSignatureException', `Signature expired: ${date} is not now.`);
  return date;
}

/** Whoever leaves one of these unsigned lets others change what is asked for. */
function requireSigned({ headers }: IncomingMessage, signed: readonly string[]): void {
  const needed = Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
  for (const name of ['host', ...needed])
    if (!signed.includes(name))
      refuse(
        'InvalidSignatureException',
        `'${name}' must be a 'SignedHeader' in the AWS Signature.`,
      );
}

function canonical(request: IncomingMessage, body: Buffer, names: string): string {
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const headers = names.split(';').map((name) => `${name}:${headerOf(request, name)}\n`);
  return [
    request.method,
    // The path as it was sent, encoded once more.
    path.split('/').map(encoded).join('/'),
    query.split('&').sort().join('&'),
    headers.join(''),
    names,
    sha256(body),
  ].join('\n');
}

const headerOf = ({ headers }: IncomingMessage, name: string) =>
  String(headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ');

const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** The scope is date, region, service and "aws4_request"; each makes the next key. */
const signingKey = (secret: string, scope: string) =>
  scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
