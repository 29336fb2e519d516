// The database's connection string: a secret, so nothing here ever logs it.

import { readParameter } from '#functions/aws/parameter.ts';
import { requireDatabaseUrl } from '#queue/database.ts';
import type { DatabaseUrlSource } from './settings.ts';

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;

export interface ConnectionString {
  /** Rejects with a ParameterUnavailable when it could never be read. */
  read(): Promise<string>;
  /** For whoever was refused with `refused`: reads the string again, unless another caller has done so since. */
  readAnew(refused: string): Promise<string>;
}

/**
 * Asks for the connection string at most every five minutes and whenever a login was refused, so that a rotated
 * password is picked up without a deployment. While the parameter cannot be read again, the last string serves on.
 */
export function cachedConnectionString(source: DatabaseUrlSource): ConnectionString {
  if (source.from === 'environment') {
    const read = async () => source.url;
    return { read, readAnew: read };
  }
  let known: { readonly url: string; freshUntil: number } | undefined;
  let reading: Promise<string> | undefined;

  const readAgain = async () => {
    try {
      const url = await readParameter(source.name, source.access);
      known = { url, freshUntil: performance.now() + freshForMs };
      return url;
    } catch (error) {
      if (!known) throw error;
      known.freshUntil = performance.now() + retryAfterMs;
      return known.url;
    } finally {
      reading = undefined;
    }
  };
  const read = async () => {
    if (known && performance.now() < known.freshUntil) return known.url;
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

/** The same database without Neon's pooler, as session-level work such as migrations needs it. */
export function withoutPooler(url: string): string {
  const direct = requireDatabaseUrl(url);
  direct.hostname = direct.hostname.replace(/^([^.]+)-pooler(?=\.|$)/, '$1');
  return direct.href;
}
