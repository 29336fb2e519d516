// The database's connection string: a secret, so nothing here ever logs it.

import { AwsCallFailed } from '#functions/aws/aws-call-failed.ts';
import { readParameter } from '#functions/aws/read-parameter.ts';
import { readSecret } from '#functions/aws/read-secret.ts';
import { DATABASE_URL } from '#functions/environment.ts';
import { databaseUrlForm, requireDatabaseUrl } from '#queue/database.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { ConnectionStringUnavailable } from './connection-string-unavailable.ts';
import type { DatabaseUrlSource } from './database-url-source.ts';
import { secretForms, urlInSecret } from './url-in-secret.ts';

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;

export interface ConnectionString {
  /** Rejects with a ConnectionStringUnavailable when it could never be read, or never was a URL. */
  read(): Promise<string>;
  /** For whoever was refused with `refused`: reads the string again, unless another caller has done so since. */
  readAnew(refused: string): Promise<string>;
}

/**
 * Asks for the connection string at most every five minutes and whenever a login was refused, so that a rotated
 * password is picked up without a deployment. While it cannot be read again, or is no URL, the last string serves on.
 */
export function cachedConnectionString(source: DatabaseUrlSource): ConnectionString {
  let known: { readonly url: string; freshUntil: number } | undefined;
  let reading: Promise<string> | undefined;

  const readAgain = async () => {
    try {
      const url = await readUrl(source);
      known = { url, freshUntil: monotonicMs() + freshForMs };
      return url;
    } catch (error) {
      if (!known) throw error;
      known.freshUntil = monotonicMs() + retryAfterMs;
      return known.url;
    } finally {
      reading = undefined;
    }
  };
  const read = async () => {
    if (known && monotonicMs() < known.freshUntil) return known.url;
    // Calls that come while it is being read share one request to AWS.
    reading ??= readAgain();
    return reading;
  };
  return {
    read,
    readAnew(refused) {
      // Of many calls that were refused at once the first reads it again; the others find another string here.
      if (known?.url === refused) known.freshUntil = 0;
      return read();
    },
  };
}

/** Throws a ConnectionStringUnavailable. */
async function readUrl(source: DatabaseUrlSource): Promise<string> {
  const place = placeOf(source);
  const text = await readText(source).catch((cause: unknown) => {
    if (!(cause instanceof AwsCallFailed)) throw cause;
    const { reason, isTransient } = cause;
    throw new ConnectionStringUnavailable(place, { reason, isTransient, cause });
  });
  const url = source.from === 'secret' ? urlInSecret(text) : text;
  try {
    requireDatabaseUrl(url ?? '');
    // Whoever stores it by a shell may have left a line's end behind it.
    return url?.trim() ?? '';
  } catch {
    const reason =
      source.from === 'secret' ? secretForms : `it is no URL such as ${databaseUrlForm}`;
    throw new ConnectionStringUnavailable(place, { reason, isTransient: false });
  }
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
