// The connection strings of the deployment's databases: a secret, so nothing here ever logs it.

import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { readParameter } from '#functions/aws/read-parameter.ts';
import { readSecret } from '#functions/aws/read-secret.ts';
import { DATABASE_URL, DATABASES } from '#functions/environment.ts';
import { databaseUrlForm, requireDatabaseUrl } from '#queue/database.ts';
import { databaseUrls } from '#queue/database-urls.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { ConnectionStringUnavailable } from './connection-string-unavailable.ts';
import type { DatabaseUrlSource } from './database-url-source.ts';
import { secretForms, urlInSecret } from './url-in-secret.ts';

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;

export interface ConnectionStrings {
  /** Rejects with a ConnectionStringUnavailable when they could never be read, or never were so many URLs. */
  read(): Promise<readonly string[]>;
  /** For whoever was refused with one of `refused`: reads them again, unless another caller has done so since. */
  readAnew(refused: readonly string[]): Promise<readonly string[]>;
}

/**
 * Asks for the connection strings at most every five minutes and whenever a login was refused, so that a rotated
 * password is picked up without a deployment. While they cannot be read again, or are no URLs, the last ones serve on.
 * There may be more of them than `count`: one is added first, and then deployed.
 */
export function cachedConnectionStrings(
  source: DatabaseUrlSource,
  count: number,
): ConnectionStrings {
  let known: { readonly urls: readonly string[]; freshUntil: number } | undefined;
  let reading: Promise<readonly string[]> | undefined;

  const readAgain = async () => {
    try {
      const urls = await readUrls(source, count);
      known = { urls, freshUntil: monotonicMs() + freshForMs };
      return urls;
    } catch (error) {
      if (!known) throw error;
      known.freshUntil = monotonicMs() + retryAfterMs;
      return known.urls;
    } finally {
      reading = undefined;
    }
  };
  const read = async () => {
    if (known && monotonicMs() < known.freshUntil) return known.urls;
    // Calls that come while they are being read share one request to AWS.
    reading ??= readAgain();
    return reading;
  };
  return {
    read,
    readAnew(refused) {
      // Of many calls that were refused at once the first reads them again; the others find others here.
      if (known?.urls === refused) known.freshUntil = 0;
      return read();
    },
  };
}

/** Throws a ConnectionStringUnavailable. */
async function readUrls(source: DatabaseUrlSource, count: number): Promise<readonly string[]> {
  const place = placeOf(source);
  const text = await readText(source).catch((cause: unknown) => {
    if (!(cause instanceof AwsCallFailed)) throw cause;
    const { reason, isTransient } = cause;
    throw new ConnectionStringUnavailable(place, { reason, isTransient, cause });
  });
  const refuse = (reason: string) => {
    throw new ConnectionStringUnavailable(place, { reason, isTransient: false });
  };
  const isSecret = source.from === 'secret';
  const urls = databaseUrls((isSecret ? urlInSecret(text) : text) ?? '').slice(0, count);
  try {
    urls.forEach(requireDatabaseUrl);
  } catch {
    refuse(isSecret ? secretForms : `it is no URL such as ${databaseUrlForm}`);
  }
  if (urls.length < count)
    refuse(`it holds ${urls.length} of the ${count} URLs that ${DATABASES} says`);
  return urls;
}

async function readText(source: DatabaseUrlSource): Promise<string> {
  if (source.from === 'environment') return source.url;
  const { from, name, access } = source;
  return from === 'secret' ? readSecret(name, access) : readParameter(name, access);
}

function placeOf(source: DatabaseUrlSource): string {
  if (source.from === 'environment') return `the variable ${DATABASE_URL}`;
  return source.from === 'secret'
    ? `the secret "${source.name}"`
    : `the SSM parameter "${source.name}"`;
}

/** The same database without Neon's pooler, as session-level work such as migrations needs it. */
export function withoutPooler(url: string): string {
  const direct = requireDatabaseUrl(url);
  direct.hostname = direct.hostname.replace(/^([^.]+)-pooler(?=\.|$)/, '$1');
  return direct.href;
}
