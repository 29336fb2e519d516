// The secrets of one webhook, from where the connection string is, too: a variable on a laptop, and in the cloud a SecureString of SSM or a
// secret of Secrets Manager, which the variable names. They are read when the first message is sent, and no more often than every
// five minutes.
import { awsAccess } from '#functions/aws/access.ts';
import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { readParameter } from '#functions/aws/read-parameter.ts';
import { readSecret } from '#functions/aws/read-secret.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { SecretsUnavailable } from './errors.ts';

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;

/** Rejects with a SecretsUnavailable when they could never be read. */
export type ReadSecrets = () => Promise<readonly string[]>;

/** Those that were read last serve on while they cannot be read again. name: of the variable, as in WebhookOptions. */
export function cachedSecrets(name: string): ReadSecrets {
  let known: { readonly secrets: readonly string[]; freshUntil: number } | undefined;
  let reading: Promise<readonly string[]> | undefined;
  const readAgain = async () => {
    try {
      const secrets = wordsOf(await readText(name));
      known = { secrets, freshUntil: monotonicMs() + freshForMs };
      return secrets;
    } catch (error) {
      if (!known) throw error;
      known.freshUntil = monotonicMs() + retryAfterMs;
      return known.secrets;
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    if (known && monotonicMs() < known.freshUntil) return known.secrets;
    // Messages that are sent meanwhile share one request to AWS.
    reading ??= readAgain();
    return reading;
  };
}

/** Several secrets in one text are separated by white space. */
export const wordsOf = (text: string): readonly string[] =>
  text.split(/\s+/).filter((word) => word !== '');

async function readText(name: string): Promise<string> {
  const {
    [name]: text,
    [`${name}_PARAMETER`]: parameter,
    [`${name}_SECRET`]: secret,
  } = process.env;
  const places = [text, parameter, secret].filter(Boolean);
  if (places.length !== 1)
    throw new SecretsUnavailable(
      `a webhook's secrets have one place: ${name}, ${name}_PARAMETER or ${name}_SECRET; ${places.length} of these variables are set`,
    );
  if (text) return text;
  try {
    const access = awsAccess(process.env);
    return parameter
      ? await readParameter(parameter, access)
      : await readSecret(secret ?? '', access);
  } catch (cause) {
    if (!(cause instanceof AwsCallFailed)) throw cause;
    const place = parameter ? `the SSM parameter "${parameter}"` : `the secret "${secret}"`;
    throw new SecretsUnavailable(`${place} could not be read: ${cause.reason}`, { cause });
  }
}
