// The headers by which a target knows who has sent a message, and that it has not seen it before: https://www.standardwebhooks.com.
// The project's own library signs with one secret, in JavaScript; this is HMAC-SHA256 over three texts.
import { createHmac } from 'node:crypto';
import { SecretsUnavailable } from './errors.ts';

const secretForm = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/;
const fewestBytes = 24;
const mostBytes = 64;

/** The bytes of a secret. Throws a SecretsUnavailable, which does not quote it. */
export function keyOf(secret: unknown): Buffer {
  const [, base64] = (typeof secret === 'string' && secretForm.exec(secret)) || [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (key.length < fewestBytes || key.length > mostBytes)
    throw new SecretsUnavailable(
      `a webhook's secret is whsec_ and ${fewestBytes} to ${mostBytes} bytes in base64; one of them is not`,
    );
  return key;
}

interface Signed {
  /** The same in all attempts, so that a target can tell what it has already. */
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/** Every secret signs. Throws a SecretsUnavailable when there is none, or one is of another form. */
export function signedHeaders(secrets: readonly string[], { id, at, body }: Signed) {
  if (secrets.length === 0)
    throw new SecretsUnavailable('a webhook has at least one secret; there is none');
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) =>
    createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64'),
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  };
}
