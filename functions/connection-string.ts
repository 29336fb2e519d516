// The database's connection string: a secret, so nothing here ever logs it.
import { requireDatabaseUrl } from '#queue/database.ts';
import { readParameter } from './parameter.ts';
import type { DatabaseUrlSource } from './settings.ts';

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;

/**
 * Reads the connection string at most every five minutes, so that a rotated one is picked up without a
 * deployment. When it cannot be read again, the last one serves on.
 */
export function cachedConnectionString(source: DatabaseUrlSource): () => Promise<string> {
  if (source.from === 'environment') return async () => source.url;
  let known: { readonly url: string; readonly freshUntil: number } | undefined;
  let reading: Promise<string> | undefined;

  const read = async () => {
    try {
      const url = await readParameter(source.name, source.access);
      known = { url, freshUntil: performance.now() + freshForMs };
      return url;
    } catch (error) {
      if (!known) throw error;
      known = { url: known.url, freshUntil: performance.now() + retryAfterMs };
      return known.url;
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    if (known && performance.now() < known.freshUntil) return known.url;
    reading ??= read();
    return reading;
  };
}

/** The same database without Neon's pooler, as session-level work such as migrations needs it. */
export function withoutPooler(url: string): string {
  const direct = requireDatabaseUrl(url);
  direct.hostname = direct.hostname.replace(/^([^.]+)-pooler(?=\.|$)/, '$1');
  return direct.href;
}
